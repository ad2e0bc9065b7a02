#pragma once
// Words of commands that people paste into a shell.

#include <string>
#include <string_view>

namespace decapod {

// One word, whatever is in it: between single quotes.
std::string shell_word(std::string_view text);

}  // namespace decapod
