#pragma once
// "Did you mean": the nearest of some known words.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod {

// At most three of `known`, nearest first, by edit distance (with transpositions) and prefix; empty if none is near.
std::vector<std::string> closest(std::string_view word, std::span<std::string_view const> known);

// Behind a message: "; did you mean 'x'?", of the nearest; nothing where there is none.
std::string meant(std::span<std::string const> suggestions);

}  // namespace decapod
