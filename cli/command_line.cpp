#include "command_line.h"

#include "local/help_verb.h"
#include "synonyms.h"

#include <fmt/core.h>

#include <algorithm>

namespace decapod::cli {
namespace {

GlobalOption const* global_named(std::string_view argument) {
  for (auto const& option : global_options()) {
    if (argument.starts_with("--") && argument.substr(2) == option.name) return &option;
    bool const letter = argument.size() == 2 && argument[0] == '-' && option.short_name != '\0';
    if (letter && argument[1] == option.short_name) return &option;
  }
  return nullptr;
}

Error unknown_early_option(std::string const& argument) {
  std::vector<std::string> names;
  for (auto const& option : global_options()) names.push_back("--" + std::string(option.name));
  auto error =
      fail(ErrorCode::usage, argument + " is not an option that stands before the verb", {{"option", argument}});
  error.hint = "the options of a verb stand after it: decapod SUBSYSTEM VERB [options]";
  error.suggestions = meant_by(argument, std::vector<std::string_view>(names.begin(), names.end()));
  return error;
}

// Takes the next word out of `arguments`, from `at` on; leaves options where they are. "" if there is none.
Result<std::string> take_word(std::vector<std::string>& arguments, std::size_t& at) {
  while (at < arguments.size()) {
    auto const& argument = arguments[at];
    if (argument.empty() || argument[0] != '-') {
      auto word = argument;
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
      return word;
    }
    auto const name = argument.substr(0, argument.find('='));
    auto const* option = global_named(name);
    if (option == nullptr) return unknown_early_option(name);
    at += option->arity == Arity::one && name.size() == argument.size() ? 2 : 1;
  }
  return std::string();
}

Result<void> scan_globals(std::vector<std::string> const& arguments, Globals& globals) {
  std::vector<OptionSpec> specs;
  for (auto const& option : global_options()) {
    specs.push_back({std::string(option.name), option.short_name, option.arity});
  }
  auto const scanned = scan_options(specs, arguments);
  if (!scanned) {
    auto error = scanned.error();
    if (error.hint.empty()) error.hint = hint_about(error);
    return error;
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!scanned->values[i].empty()) {
      DECAPOD_CHECK(set_global(globals, global_options()[i], scanned->values[i].back()));
    }
  }
  return settle_layout(globals);
}

bool has_option(VerbFace const& face, std::string const& option) {
  auto const options = option_words(*face.type);
  return std::ranges::find(options, option) != options.end();
}

// `behind` are the words after it: "next claim" means "todo next --claim".
Error unknown_command(Catalogue const& catalogue, std::string const& word, std::vector<std::string> const& behind) {
  auto error = fail(ErrorCode::unknown_verb, fmt::format("decapod has no '{}'", word), {{"word", word}});
  error.suggestions = catalogue.suggest_command(word);
  for (auto& suggestion : error.suggestions) {
    auto const blank = suggestion.find(' ');
    if (blank == std::string::npos || behind.empty()) continue;
    auto const* face = catalogue.verb(suggestion.substr(0, blank), suggestion.substr(blank + 1));
    if (face != nullptr && has_option(*face, "--" + behind.front())) suggestion += " --" + behind.front();
  }
  error.hint = "`decapod help` lists the subsystems";
  return error;
}

// `behind` are the words after it: "todo t-4k2m claim" has them the wrong way round. "knowledge promote": a group is
// called so.
Error unknown_verb(Catalogue const& catalogue, VerbGroup const& group, std::string const& word,
                   std::vector<std::string> const& behind) {
  auto const name = group.name;
  auto const names = verb_names(group);
  if (!word.empty()) {
    auto error =
        fail(ErrorCode::unknown_verb, fmt::format("decapod {} has no verb '{}'", name, word), {{"word", word}});
    error.suggestions = meant_by(word, names);
    // What stands last is most often meant: "todo add help" would add an item.
    if (word == "help") {
      error.suggestions = {behind.empty() ? fmt::format("help {}", name)
                                          : fmt::format("help {} {}", name, behind.front())};
    } else if (error.suggestions.empty() && !behind.empty() &&
               std::ranges::find(names, behind.front()) != names.end()) {
      error.suggestions.push_back(fmt::format("{} {} {}", name, behind.front(), word));
    }
    bool const other_group = error.suggestions.empty() && catalogue.group(word) != nullptr;
    error.hint = other_group ? fmt::format("'{}' is a command of its own: `decapod help {}`", word, word)
                             : fmt::format("`decapod help {}` lists its verbs", name);
    return error;
  }
  std::string list;
  for (auto const verb : names) list.append(list.empty() ? "" : ", ").append(verb);
  auto error = fail(ErrorCode::usage, fmt::format("decapod {} needs a verb: {}", name, list));
  error.hint = fmt::format("`decapod help {}` says what each does", name);
  return error;
}

Result<void> finish_verb(VerbFace const& face, std::vector<std::string> const& arguments, Timestamp now,
                         CommandLine& line) {
  auto input = parse_verb(*face.type, arguments, now, line.globals);
  if (!input) {
    return with_own_hint(*face.type, std::move(input).error());
  }
  line.input = *std::move(input);
  line.face = line.globals.show == Show::answer ? &face : nullptr;
  return {};
}

}  // namespace

Result<CommandLine> parse_command_line(Catalogue const& catalogue, Invocation const& invocation, Timestamp now) {
  CommandLine line;
  auto arguments = invocation.arguments;
  std::size_t at = 0;
  DECAPOD_TRY(auto const first, take_word(arguments, at));
  auto const* alone = catalogue.verb("", first);
  auto globals = globals_from_environment(invocation);
  // A variable that cannot be read must not keep anybody from reading up on it.
  if (!globals && (alone == nullptr || alone->type != &request_type<Help>)) return globals.error();
  if (globals) line.globals = *std::move(globals);
  if (first.empty()) {
    DECAPOD_CHECK(scan_globals(arguments, line.globals));
    if (line.globals.show == Show::answer) line.globals.show = Show::help;
    return line;
  }
  line.topic.push_back(first);
  if (alone != nullptr) {
    DECAPOD_CHECK(finish_verb(*alone, arguments, now, line));
    return line;
  }
  auto const* group = catalogue.group(first);
  if (group == nullptr) return unknown_command(catalogue, first, arguments);
  DECAPOD_TRY(auto const second, take_word(arguments, at));
  if (second.empty()) {
    DECAPOD_CHECK(scan_globals(arguments, line.globals));
    if (line.globals.show == Show::answer) return unknown_verb(catalogue, *group, second, {});
    return line;
  }
  auto const* face = catalogue.verb(first, second);
  if (face == nullptr) return unknown_verb(catalogue, *group, second, arguments);
  line.topic.push_back(second);
  DECAPOD_CHECK(finish_verb(*face, arguments, now, line));
  return line;
}

std::string guessed_operation(Catalogue const& catalogue, Invocation const& invocation) {
  auto arguments = invocation.arguments;
  std::size_t at = 0;
  auto const first = take_word(arguments, at);
  if (!first || first->empty()) return "";
  auto const* face = catalogue.verb("", *first);
  if (face == nullptr && catalogue.group(*first) != nullptr) {
    auto const second = take_word(arguments, at);
    if (second) face = catalogue.verb(*first, *second);
  }
  return face == nullptr ? "" : operation_name(*face->type->verb);
}

}  // namespace decapod::cli
