#include "help.h"

#include "exit_table.h"
#include "globals.h"
#include "options.h"

#include <decapod/cli_kit/text.h>

#include <algorithm>
#include <iterator>

namespace decapod::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void section(Text& text, std::string_view title, Rows rows) {
  if (rows.empty()) return;
  text.line();
  text.line(title);
  for (auto& row : rows) row.front() = "  " + row.front();
  text.table(rows);
}

std::string bound_text(FieldShape const& shape, std::int64_t bound) {
  return shape.kind == Kind::duration ? to_string(Millis(bound)) : std::to_string(bound);
}

std::string bounds_words(FieldShape const& shape) {
  if (shape.kind != Kind::integer && shape.kind != Kind::duration) return "";
  auto const low = bound_text(shape, shape.field->min);
  if (shape.field->max == kUnbounded) return shape.field->min == 0 ? "" : " (at least " + low + ")";
  return " (" + low + " to " + bound_text(shape, shape.field->max) + ")";
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

std::string meaning_words(FieldShape const& shape, json::object const& defaults) {
  auto words = std::string(shape.field->meaning) + bounds_words(shape);
  if (takes_prose(shape)) words += "; - reads standard input";
  if (shape.repeated && shape.field->place == Place::option) words += "; may be repeated";
  auto const* value = defaults.if_contains(shape.field->name);
  bool const given = shape.field->presence == Presence::required;
  if (!given && value != nullptr && worth_saying(shape, *value)) words += " [" + default_text(shape, *value) + ']';
  return words;
}

std::string option_label(FieldShape const& shape) {
  auto label = "--" + option_name(*shape.field);
  if (shape.field->short_name != '\0') label = std::string("-") + shape.field->short_name + ", " + label;
  if (shape.kind != Kind::flag || shape.repeated) label += ' ' + value_name(shape);
  return label;
}

// Those that the verb has no option of its own for.
std::string global_names(RequestType const& type) {
  auto const own = [&](GlobalOption const& option) {
    return std::ranges::any_of(type.fields,
                               [&](auto const& shape) { return option_name(*shape.field) == option.name; });
  };
  std::string names;
  for (auto const& option : global_options()) {
    if (!applies(option, type.verb->access) || own(option)) continue;
    if (option.name == "help" || option.name == "version") continue;
    names += (names.empty() ? "--" : " --") + std::string(option.name);
  }
  return names;
}

std::string exits_of(Access access) {
  switch (access) {
    case Access::local:
      return "0 1 2 3 5 7";
    case Access::read:
      return "0 1 2 3 5 6 7 8 9 130";
    case Access::write:
      return "0 1 2 3 4 5 7 8 9 10 130";
  }
  return "";
}

std::string verb_page(VerbFace const& face) {
  auto const& type = *face.type;
  auto const defaults = defaults_of(type);
  Text text(Colour::never);
  text.line(std::string(type.verb->summary));
  text.line();
  text.line("usage: " + usage_line(type));
  Rows words;
  Rows options;
  for (auto const& shape : type.fields) {
    if (shape.field->place == Place::positional) words.push_back({value_name(shape), meaning_words(shape, defaults)});
    if (shape.field->place == Place::option) options.push_back({option_label(shape), meaning_words(shape, defaults)});
  }
  section(text, "arguments:", std::move(words));
  section(text, "options:", std::move(options));
  Rows examples;
  for (auto const& example : type.verb->examples) {
    if (example.command.empty()) continue;
    examples.push_back({"decapod " + std::string(example.command), std::string(example.meaning)});
  }
  section(text, "examples:", std::move(examples));
  text.line();
  text.line("everywhere: " + global_names(type));
  text.line("exit codes: " + exits_of(type.verb->access) + "  (decapod help exit-codes, decapod help options)");
  return text.take();
}

Rows verb_rows(VerbGroup const& group) {
  Rows rows;
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
  text.line("decapod lets many coding agents share one repository: work, claims and a record of who did what.");
  text.line();
  text.line("usage: decapod SUBSYSTEM VERB [arguments] [options]");
  Rows subsystems;
  for (auto const* group : catalogue.groups()) {
    if (!group->name.empty()) subsystems.push_back({std::string(group->name), std::string(group->summary)});
  }
  section(text, "subsystems:", std::move(subsystems));
  Rows alone;
  for (auto const* group : catalogue.groups()) {
    if (group->name.empty()) std::ranges::move(verb_rows(*group), std::back_inserter(alone));
  }
  section(text, "verbs of their own:", std::move(alone));
  section(text, "examples:",
          {{"decapod init", "make a store for this repository"},
           {"decapod todo next --claim", "take the best item that is ready"}});
  text.line();
  text.line("`decapod help SUBSYSTEM [VERB]` says more; so do `decapod help exit-codes`, `errors` and `options`.");
  return text.take();
}

std::string exit_page() {
  Rows rows;
  for (auto const& row : kExitTable) {
    rows.push_back({std::to_string(static_cast<int>(row.status)), std::string(row.meaning)});
  }
  Text text(Colour::never);
  section(text, "exit codes:", std::move(rows));
  return text.take().substr(1);
}

std::string error_page() {
  Text text(Colour::never);
  Rows rows;
  for (auto const& row : error_rows()) {
    rows.push_back({row.name, std::to_string(static_cast<int>(row.exit)), std::string(row.hint)});
  }
  section(text, "error codes, the exit code of each, and what to do:", std::move(rows));
  return text.take().substr(1);
}

std::string option_page() {
  Text text(Colour::never);
  Rows rows;
  for (auto const& option : global_options()) {
    auto label = "--" + std::string(option.name);
    if (option.short_name != '\0') label = std::string("-") + option.short_name + ", " + label;
    if (!option.value_name.empty()) label += ' ' + std::string(option.value_name);
    auto const scope = option.scope == Scope::writes ? " (writes)" : option.scope == Scope::reads ? " (reads)" : "";
    rows.push_back({label, std::string(option.meaning) + scope});
  }
  section(text, "options that may stand anywhere:", std::move(rows));
  return text.take().substr(1);
}

}  // namespace

Result<std::string> help_page(Catalogue const& catalogue, std::vector<std::string> const& topic) {
  if (topic.empty()) return overview(catalogue);
  auto const& first = topic.front();
  if (topic.size() == 1) {
    if (first == "exit-codes") return exit_page();
    if (first == "errors") return error_page();
    if (first == "options") return option_page();
    if (auto const* face = catalogue.verb("", first)) return verb_page(*face);
    if (auto const* group = catalogue.group(first)) return group_page(*group);
  }
  if (topic.size() == 2) {
    if (auto const* face = catalogue.verb(first, topic[1])) return verb_page(*face);
  }
  std::string whole;
  for (auto const& word : topic) whole += (whole.empty() ? "" : " ") + word;
  auto error = fail(ErrorCode::unknown_verb, "there is no help about '" + whole + "'");
  error.hint = "`decapod help` lists what there is";
  error.suggestions = catalogue.suggest_command(topic.back());
  return error;
}

}  // namespace decapod::cli
