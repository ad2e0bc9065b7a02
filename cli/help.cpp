#include "help.h"

#include "environment.h"
#include "globals.h"
#include "help_notes.h"
#include "local/batch.h"
#include "options.h"
#include "synonyms.h"
#include "typed_time.h"

#include <decapod/cli_kit/text.h>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace decapod::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::string_view kUnheard =
    "A write whose answer could not be printed (a full disk behind standard output, a reader that has gone) ends with "
    "10, any other command with 7; both say why on standard error. A command that only reads ends as if it had been "
    "read where its reader has enough.";
// A longer label stands on a line of its own.
constexpr std::size_t kLabelColumns = 28;

// What is explained, and its explanation.
struct Entry {
  std::string label;
  std::string meaning;
};
using Entries = std::vector<Entry>;

// Words after `lead`, broken at blanks; lines but the first are indented as far as `lead` reaches.
void paragraph(Text& text, std::string lead, std::string_view words) {
  auto const indent = lead.size();
  auto line = std::move(lead);
  while (!words.empty()) {
    auto const end = std::min(words.find(' '), words.size());
    bool const first = line.size() == indent;
    if (!first && line.size() + 1 + end > kColumns) {
      text.line(line);
      line.assign(indent, ' ');
    } else if (!first) {
      line += ' ';
    }
    line += words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  text.line(std::string_view(line).substr(0, line.find_last_not_of(' ') + 1));
}

void section(Text& text, std::string_view title, Entries const& entries) {
  if (entries.empty()) return;
  text.line();
  text.line(title);
  std::size_t width = 0;
  for (auto const& entry : entries) {
    if (entry.label.size() <= kLabelColumns) width = std::max(width, entry.label.size());
  }
  for (auto const& [label, meaning] : entries) {
    if (label.size() > width) text.line("  " + label);
    paragraph(text, fmt::format("  {:{}}  ", label.size() > width ? "" : label, width), meaning);
  }
}

std::string default_text(FieldShape const& shape, json::value const& value) {
  if (shape.kind == Kind::duration && value.is_int64()) return to_string(Millis(value.get_int64()));
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  return to_text(value);
}

bool worth_saying(FieldShape const& shape, json::value const& value) {
  if (shape.repeated || shape.kind == Kind::flag || value.is_null()) return false;
  return !value.is_string() || !value.get_string().empty();
}

// The defaults of the optional fields, as decoding a request without them gives them. Required fields get their least
// values; where that does not satisfy the type, help leaves the defaults out.
json::object defaults_of(RequestType const& type) {
  json::object least;
  for (auto const& shape : type.fields) {
    if (shape.field->presence == Presence::optional) continue;
    json::value value;
    switch (shape.kind) {
      case Kind::text:
        value = std::string(static_cast<std::size_t>(std::max<std::int64_t>(shape.field->min, 1)), 'x');
        break;
      case Kind::choice:
        value = shape.choices.front();
        break;
      case Kind::flag:
        value = false;
        break;
      case Kind::timestamp:
        value = to_string(Timestamp{});
        break;
      case Kind::integer:
      case Kind::duration:
        value = shape.field->min;
        break;
      case Kind::structured:
        value = json::object();
        break;
    }
    least.emplace(shape.field->name, shape.repeated ? json::value(json::array{value}) : value);
  }
  auto canonical = type.canonical(least);
  return canonical ? *std::move(canonical) : json::object();
}

std::string joined(std::span<std::string_view const> words, std::string_view between) {
  std::string text;
  for (auto const word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

// Whose choices are named behind the meaning, because the label would not hold them.
bool takes_a_long_choice(FieldShape const& shape) {
  return shape.kind == Kind::choice && shape.field->place == Place::option && value_name(shape).size() > kLabelColumns;
}

std::string meaning_words(FieldShape const& shape, json::object const& defaults) {
  auto words = std::string(shape.field->meaning);
  if (auto const bounds = bounds_words(shape); !bounds.empty()) words += " (" + bounds + ')';
  if (takes_prose(shape)) words += "; - reads standard input";
  bool const said = words.find("repeat") != std::string::npos;
  if (shape.repeated && shape.field->place == Place::option && !said) words += "; may be repeated";
  if (takes_a_long_choice(shape)) words += ": " + joined(shape.choices, ", ");
  auto const* value = defaults.if_contains(shape.field->name);
  bool const given = shape.field->presence == Presence::required;
  if (!given && value != nullptr && worth_saying(shape, *value)) words += " [" + default_text(shape, *value) + ']';
  return words;
}

std::string option_label(FieldShape const& shape) {
  auto label = "--" + option_name(*shape.field);
  if (shape.field->short_name != '\0') label = std::string("-") + shape.field->short_name + ", " + label;
  if (takes_a_long_choice(shape)) return label + " NAME";
  if (shape.kind != Kind::flag || shape.repeated) label += ' ' + value_name(shape);
  return label;
}

// Those that the verb has no option of its own for, and does not refuse.
std::string global_names(VerbFace const& face) {
  auto const& type = *face.type;
  auto const own = [&](GlobalOption const& option) {
    return std::ranges::any_of(type.fields,
                               [&](auto const& shape) { return option_name(*shape.field) == option.name; });
  };
  std::string names;
  for (auto const& option : global_options()) {
    if (!applies(option, type.verb->access) || own(option)) continue;
    if (option.name == "help" || option.name == "version") continue;
    if (option.name == "porcelain" && face.porcelain.columns.empty()) continue;
    names += (names.empty() ? "--" : " --") + std::string(option.name);
  }
  return names;
}

std::string exits_of(Verb const& verb) {
  // Any verb may stand in a line.
  if (verb.subsystem.empty() && verb.name == Batch::verb.name) return "0 1 2 3 4 5 6 7 8 9 10 130";
  switch (verb.access) {
    case Access::local:
      return "0 1 2 3 5 7 8 9 130";
    case Access::read:
      return "0 1 2 3 5 6 7 8 9 130";
    case Access::write:
      return "0 1 2 3 4 5 6 7 8 9 10 130";
  }
  return "";
}

// How the values are typed whose kind does not say it.
Entries syntax_of(RequestType const& type) {
  Entries entries;
  auto const has = [&](Kind kind) {
    return std::ranges::any_of(type.fields,
                               [&](auto const& shape) { return on_command_line(shape) && shape.kind == kind; });
  };
  if (has(Kind::duration)) entries.push_back({"DURATION", std::string(kDurationSyntax)});
  if (has(Kind::timestamp)) entries.push_back({"TIME", std::string(kTimeSyntax)});
  return entries;
}

std::string verb_page(VerbFace const& face) {
  auto const& type = *face.type;
  auto const defaults = defaults_of(type);
  Text text(Colour::never);
  paragraph(text, "", type.verb->summary);
  text.line();
  text.line("usage: " + usage_line(type));  // whole, as capabilities have it
  Entries words;
  Entries options;
  for (auto const& shape : type.fields) {
    if (shape.field->place == Place::positional) words.push_back({value_name(shape), meaning_words(shape, defaults)});
    if (shape.field->place == Place::option) options.push_back({option_label(shape), meaning_words(shape, defaults)});
  }
  section(text, "arguments:", words);
  section(text, "options:", options);
  Entries examples;
  for (auto const& example : type.verb->examples) {
    if (example.command.empty()) continue;
    examples.push_back({"decapod " + std::string(example.command), std::string(example.meaning)});
  }
  section(text, "examples:", examples);
  section(text, "values:", syntax_of(type));
  for (auto const& note : notes_on(operation_name(*type.verb))) {
    text.line();
    paragraph(text, "", note);
  }
  text.line();
  if (!face.porcelain.columns.empty()) {
    paragraph(text, "--porcelain prints: ", joined(face.porcelain.columns, ", "));
  }
  paragraph(text, "everywhere: ", global_names(face));
  text.line("exit codes: " + exits_of(*type.verb));
  text.line("`decapod help options` and `decapod help exit-codes` explain both.");
  return text.take();
}

Entries verb_rows(VerbGroup const& group) {
  Entries rows;
  for (auto const& face : group.verbs) {
    if (shown(face)) rows.push_back({std::string(face.type->verb->name), std::string(face.type->verb->summary)});
  }
  return rows;
}

std::string group_page(VerbGroup const& group) {
  Text text(Colour::never);
  text.line("decapod " + std::string(group.name) + ": " + std::string(group.summary));
  section(text, "verbs:", verb_rows(group));
  text.line();
  text.line("`decapod help " + std::string(group.name) + " VERB` says more about one of them.");
  return text.take();
}

std::string overview(Catalogue const& catalogue) {
  Text text(Colour::never);
  paragraph(text, "",
            "decapod lets many coding agents share one repository: work, claims and a record of who did what.");
  text.line();
  text.line("usage: decapod SUBSYSTEM VERB [arguments] [options]");
  Entries subsystems;
  for (auto const* group : catalogue.groups()) {
    if (!group->name.empty()) subsystems.push_back({std::string(group->name), std::string(group->summary)});
  }
  section(text, "subsystems:", subsystems);
  Entries alone;
  for (auto const* group : catalogue.groups()) {
    if (group->name.empty()) std::ranges::move(verb_rows(*group), std::back_inserter(alone));
  }
  section(text, "verbs of their own:", alone);
  section(text, "examples:",
          {{"decapod init", "make a store for this repository"},
           {"decapod todo next --claim", "take the best item that is ready"}});
  text.line();
  paragraph(text, "",
            "`decapod help SUBSYSTEM [VERB]` says more; so do `decapod help exit-codes`, `errors`, `options`, "
            "`environment` and `config`.");
  return text.take();
}

std::string exit_page() {
  Entries entries;
  for (auto const& row : exit_rows()) {
    auto const cure = row.what_to_do.empty() ? "" : fmt::format(": {}", row.what_to_do);
    entries.push_back({std::to_string(static_cast<int>(row.status)), std::string(row.meaning) + cure});
  }
  Text text(Colour::never);
  section(text, "exit codes:", entries);
  text.line();
  paragraph(text, "", kUnheard);
  return text.take().substr(1);
}

std::string error_page() {
  Text text(Colour::never);
  Entries entries;
  for (auto const& row : error_rows()) {
    entries.push_back({fmt::format("{:20}{:3}", row.name, static_cast<int>(row.exit)), std::string(row.hint)});
  }
  section(text, "error codes, the exit code of each, and what to do:", entries);
  return text.take().substr(1);
}

std::string option_page() {
  Text text(Colour::never);
  Entries rows;
  for (auto const& option : global_options()) {
    auto label = "--" + std::string(option.name);
    if (option.short_name != '\0') label = std::string("-") + option.short_name + ", " + label;
    if (!option.value_name.empty()) label += ' ' + std::string(option.value_name);
    auto const scope = option.scope == Scope::writes ? " (writes)" : option.scope == Scope::reads ? " (reads)" : "";
    rows.push_back({label, std::string(option.meaning) + scope});
  }
  section(text, "options that may stand anywhere:", rows);
  section(text, "values:", {{"DURATION", std::string(kDurationSyntax)}, {"TIME", std::string(kTimeSyntax)}});
  return text.take().substr(1);
}

std::string environment_page() {
  Entries rows;
  for (auto const& row : variable_rows()) rows.push_back({joined(row.names, ", "), std::string(row.meaning)});
  Text text(Colour::never);
  section(text, "environment variables:", rows);
  return text.take().substr(1);
}

// Pages about no verb.
struct Topic {
  std::string_view name;
  std::string (*page)();
};
constexpr Topic kTopics[] = {
    {"exit-codes", &exit_page},
    {"errors", &error_page},
    {"options", &option_page},
    {"environment", &environment_page},
    {"config", [] { return std::string(config_page()); }},
};

std::vector<std::string> nearest_topics(Catalogue const& catalogue, std::vector<std::string> const& topic) {
  if (auto const* group = topic.size() == 2 ? catalogue.group(topic[0]) : nullptr) {
    auto verbs = meant_by(topic[1], verb_names(*group));
    for (auto& verb : verbs) verb = topic[0] + ' ' + verb;
    return verbs;
  }
  std::vector<std::string_view> names;
  for (auto const& known : kTopics) names.push_back(known.name);
  auto nearest = meant_by(topic.back(), names);
  if (topic.back().find('.') != std::string::npos) return catalogue.suggest_operation(topic.back());
  std::ranges::move(catalogue.suggest_command(topic.back()), std::back_inserter(nearest));
  return nearest;
}

}  // namespace

Result<std::string> help_page(Catalogue const& catalogue, std::vector<std::string> const& topic) {
  if (topic.empty()) return overview(catalogue);
  auto const& first = topic.front();
  if (topic.size() == 1) {
    for (auto const& known : kTopics) {
      if (first == known.name) return known.page();
    }
    // "todo.claim", as the trail and batches have it, too.
    if (auto const* face = catalogue.operation(first)) return verb_page(*face);
    if (auto const* group = catalogue.group(first)) return group_page(*group);
  }
  if (topic.size() == 2) {
    if (auto const* face = catalogue.verb(first, topic[1])) return verb_page(*face);
  }
  std::string whole;
  for (auto const& word : topic) whole += (whole.empty() ? "" : " ") + word;
  auto error = fail(ErrorCode::unknown_verb, "there is no help about '" + whole + "'");
  error.hint = "`decapod help` lists what there is";
  error.suggestions = nearest_topics(catalogue, topic);
  return error;
}

}  // namespace decapod::cli
