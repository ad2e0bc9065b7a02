#pragma once
// Strings that are opens by themselves, or by the call that they stand in: addresses of databases, the library's file
// name, a command that runs the sqlite3 program.

#include "lexer.h"

#include <span>
#include <string>

namespace decapod::scan {

class Pace;

// What the string at `at` opens, in words; "" if it opens nothing.
std::string open_by_string(std::span<Token const> tokens, std::size_t at, Pace& pace);

}  // namespace decapod::scan
