#include "scratch.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

namespace decapod::bench {

Scratch::Scratch(std::string const& below) : path_(below + "/decapod-bench-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw std::system_error(errno, std::generic_category(), path_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace decapod::bench
