#include "completion.h"

#include "globals.h"
#include "options.h"

#include <optional>
#include <span>

namespace decapod::cli {
namespace {

// A word of its own where bash splits "--option=value".
constexpr std::string_view kEquals = "=";

std::vector<std::string> split_choices(std::string_view names) {
  std::vector<std::string> choices;
  if (names.find('|') == std::string_view::npos) return choices;
  while (!names.empty()) {
    auto const bar = names.find('|');
    choices.emplace_back(names.substr(0, bar));
    names.remove_prefix(bar == std::string_view::npos ? names.size() : bar + 1);
  }
  return choices;
}

// What is known of the option `name` ("--kind") at this place on the command line.
struct Known {
  Arity arity = Arity::flag;
  std::vector<std::string> choices;
};

std::optional<Known> option_named(VerbFace const* face, std::string_view name) {
  for (auto const& shape : face == nullptr ? std::span<FieldShape const>() : face->type->fields) {
    if (shape.field->place != Place::option) continue;
    bool const letter = name.size() == 2 && shape.field->short_name != '\0' && name[1] == shape.field->short_name;
    if (!letter && name != "--" + option_name(*shape.field)) continue;
    return Known{shape.kind == Kind::flag ? Arity::flag : Arity::one, {shape.choices.begin(), shape.choices.end()}};
  }
  for (auto const& option : global_options()) {
    if (name == "--" + std::string(option.name)) return Known{option.arity, split_choices(option.value_name)};
  }
  return std::nullopt;
}

// The words typed so far, as far as they name something.
struct Typed {
  VerbGroup const* group = nullptr;
  VerbFace const* face = nullptr;
  std::size_t words = 0;            // after the verb
  std::optional<Known> unfinished;  // the last one is an option that wants a value
};

void take_word(Catalogue const& catalogue, std::string const& word, Typed& typed) {
  if (typed.face != nullptr)
    ++typed.words;
  else if (typed.group != nullptr)
    typed.face = catalogue.verb(typed.group->name, word);
  else if (auto const* face = catalogue.verb("", word))
    typed.face = face;
  else
    typed.group = catalogue.group(word);
}

Typed walk(Catalogue const& catalogue, std::span<std::string const> words) {
  Typed typed;
  for (auto const& word : words) {
    if (typed.unfinished) {
      if (word != kEquals) typed.unfinished.reset();
    } else if (word.starts_with('-')) {
      auto const known = option_named(typed.face, word);
      if (known && known->arity != Arity::flag) typed.unfinished = known;
    } else {
      take_word(catalogue, word, typed);
    }
  }
  return typed;
}

std::vector<std::string> texts(std::vector<std::string_view> const& views) {
  return {views.begin(), views.end()};
}

std::vector<std::string> options_of(VerbFace const* face) {
  if (face != nullptr) return option_words(*face->type);
  std::vector<std::string> words;
  for (auto const& option : global_options()) words.push_back("--" + std::string(option.name));
  return words;
}

// "--shade=dark-red" for "--shade".
std::vector<std::string> values_behind(VerbFace const* face, std::string const& option) {
  auto const known = option_named(face, option);
  std::vector<std::string> words;
  if (!known) return words;
  for (auto const& choice : known->choices) words.push_back(option + std::string(kEquals) + choice);
  return words;
}

std::vector<std::string> positional_choices(Typed const& typed) {
  std::size_t at = 0;
  for (auto const& shape : typed.face->type->fields) {
    if (shape.field->place != Place::positional) continue;
    if (at++ == typed.words || shape.repeated) return {shape.choices.begin(), shape.choices.end()};
  }
  return {};
}

}  // namespace

std::vector<std::string> complete(Catalogue const& catalogue, std::vector<std::string> const& words) {
  if (words.empty()) return {};
  auto const typed = walk(catalogue, std::span(words).first(words.size() - 1));
  auto const current = typed.unfinished && words.back() == kEquals ? std::string() : words.back();
  std::vector<std::string> candidates;
  if (typed.unfinished)
    candidates = typed.unfinished->choices;
  else if (auto const equals = current.find(kEquals); current.starts_with('-') && equals != std::string::npos)
    candidates = values_behind(typed.face, current.substr(0, equals));
  else if (current.starts_with('-'))
    candidates = options_of(typed.face);
  else if (typed.face != nullptr)
    candidates = positional_choices(typed);
  else if (typed.group != nullptr)
    candidates = texts(verb_names(*typed.group));
  else
    candidates = texts(catalogue.first_words());
  std::erase_if(candidates, [&](auto const& candidate) { return !candidate.starts_with(current); });
  return candidates;
}

std::string_view completion_script(Shell shell) {
  switch (shell) {
    case Shell::bash:
      return R"(_decapod() {
  local IFS=$'\n'
  COMPREPLY=($(decapod __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _decapod decapod
)";
    case Shell::zsh:
      return R"(#compdef decapod
_decapod() {
  local -a candidates
  candidates=("${(@f)$(decapod __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $candidates || _files
}
# As _decapod in a folder that fpath has before compinit runs: there this is the function's own body at first.
if [ "$funcstack[1]" = _decapod ]; then _decapod "$@"; else compdef _decapod decapod; fi
)";
    case Shell::fish:
      return R"(function __decapod_complete
  set -l words (commandline -opc) (commandline -ct)
  decapod __complete -- $words[2..-1] 2>/dev/null
end
complete -c decapod -a '(__decapod_complete)'
)";
  }
  return "";
}

}  // namespace decapod::cli
