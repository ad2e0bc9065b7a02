#pragma once
// Shell text to lists of words and separators. Substitutions, "$(...)" and backticks, become lists of their own.

#include <string>
#include <string_view>
#include <vector>

namespace decapod::scan {

class Pace;

enum class ShellKind : std::uint8_t {
  word,       // without its quotes; expansions stay as they are written, substitutions become "$()"
  separator,  // ";", ";;", "&", "|", "(", ")", "`" or a line break
  element,    // a word between the brackets of name=( ... ); the word "name=" stands before them
  document,   // the body of a heredoc
};

struct ShellToken {
  ShellKind kind = ShellKind::word;
  std::string value;
  int line = 0;  // from 1
};

using ShellList = std::vector<ShellToken>;

// The script first, then every substitution in it, at any depth.
std::vector<ShellList> lex_shell(std::string_view source, int first_line, Pace& pace);

}  // namespace decapod::scan
