#include <decapod/base/counted.h>

namespace decapod {

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  auto words = std::to_string(number) + ' ';
  if (number == 1) return words.append(one);
  return many.empty() ? words.append(one) += 's' : words.append(many);
}

}  // namespace decapod
