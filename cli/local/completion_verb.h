#pragma once
// `decapod completion SHELL`, and the hidden `decapod __complete` that its scripts call.

#include "completion.h"
#include "work.h"

namespace decapod::cli {

struct CompletionReply {
  Shell shell = Shell::bash;
  std::string script;
};
BOOST_DESCRIBE_STRUCT(CompletionReply, (), (shell, script))

struct Completion {
  using Reply = CompletionReply;
  static constexpr Verb verb{
      .subsystem = "",
      .name = "completion",
      .access = Access::local,
      .summary = "Print a completion script for a shell",
      .store = StoreNeed::none,
      .examples = {{{"completion bash > ~/.local/share/bash-completion/completions/decapod",
                     "for bash, behind `mkdir -p` of that folder"},
                    {"completion fish > ~/.config/fish/completions/decapod.fish", "for fish, likewise"}}}};
  Shell shell = Shell::bash;
  static constexpr std::array fields{
      Field{.name = "shell",
            .meaning = "For which shell; zsh looks for it as _decapod in a folder of fpath",
            .place = Place::positional,
            .presence = Presence::required},
  };
};
BOOST_DESCRIBE_STRUCT(Completion, (), (shell))

Result<CompletionReply> completion(Desk& desk, Completion const& request);
void render_completion(CompletionReply const& reply, Text& text);

struct CompleteReply {
  std::vector<std::string> candidates;
};
BOOST_DESCRIBE_STRUCT(CompleteReply, (), (candidates))

struct Complete {
  using Reply = CompleteReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "__complete",
                             .access = Access::local,
                             .summary = "Print what may follow the words of a command line",
                             .store = StoreNeed::none,
                             .visibility = Visibility::hidden};
  std::vector<std::string> words;
  static constexpr std::array fields{
      Field{.name = "words", .meaning = "the words after decapod, the last one unfinished", .place = Place::positional},
  };
};
BOOST_DESCRIBE_STRUCT(Complete, (), (words))

Result<CompleteReply> complete_words(Desk& desk, Complete const& request);
void render_complete(CompleteReply const& reply, Text& text);

}  // namespace decapod::cli
