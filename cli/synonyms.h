#pragma once
// "Did you mean": what other programs call a thing that this one calls something else.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// What is known here of what `word` is called elsewhere, then what is spelled nearly so; at most three. An option is
// looked up without its dashes and answered with them.
std::vector<std::string> meant_by(std::string_view word, std::span<std::string_view const> known);

// What the table says of `word`, whether or not it is known here.
std::vector<std::string_view> synonyms_of(std::string_view word);

}  // namespace decapod::cli
