#pragma once
// What opening SQLite looks like in each language: the table of drivers.

#include <decapod/scan/language.h>
#include <span>
#include <string_view>

namespace decapod::scan {

struct Driver {
  std::string_view pattern;     // pattern.h
  std::string_view needs = "";  // only in a file of which some word or string contains this
};

// The rules of one language, without those of every language.
std::span<Driver const> drivers_of(Language language);
// Those of every language: the C library under its own names, however it is reached.
std::span<Driver const> drivers_of_all();

// Packages of JavaScript that open SQLite: whatever a file binds from one stands for "@sqlite" in the patterns.
bool is_javascript_driver(std::string_view package);

}  // namespace decapod::scan
