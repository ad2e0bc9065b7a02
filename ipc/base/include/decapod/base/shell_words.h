#pragma once
// Words of commands that people paste into a shell.

#include <string>
#include <string_view>

namespace decapod {

// One word, whatever is in it: as it is where a shell takes it so, otherwise between single quotes.
std::string shell_word(std::string_view text);

}  // namespace decapod
