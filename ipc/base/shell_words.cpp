#include <decapod/base/shell_words.h>

namespace decapod {

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (char const c : text) {
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  }
  return word += '\'';
}

}  // namespace decapod
