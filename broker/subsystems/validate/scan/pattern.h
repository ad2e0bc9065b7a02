#pragma once
// A pattern over tokens, written the way the code it finds is written.

#include "lexer.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::scan {

// `SQLite3::Database.new`, `sql.Open("sqlite*"`, `dialect: "sqlite"`, `extends Open*`:
//   name     that word; with a trailing * any word that begins so; `_` any word
//   "text"   a string of that content; with a trailing * one that begins so
//   ...      up to twelve tokens on the same line
//   other    that symbol
// Blanks between the elements do not matter.
struct Element {
  enum class Kind : std::uint8_t { word, word_prefix, any_word, text, text_prefix, symbol, gap };
  Kind kind = Kind::symbol;
  std::string_view value;
};

std::vector<Element> parse_pattern(std::string_view pattern);

// Names that stand for others in one file: `import sqlite3 as db`.
using Aliases = std::map<std::string_view, std::string_view>;

// How many tokens from `at` on the pattern covers; 0 = it does not match there.
std::size_t match(std::span<Element const> pattern, std::span<Token const> tokens, std::size_t at,
                  Aliases const& aliases);

}  // namespace decapod::scan
