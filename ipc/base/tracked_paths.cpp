#include <decapod/base/tracked_paths.h>

namespace decapod {

std::string path_beside(std::string_view state_directory, std::string_view name) {
  return std::string(state_directory.substr(0, state_directory.rfind('/') + 1)).append(name);
}

std::string published_key_beside(std::string_view state_directory) {
  return path_beside(state_directory, kPublishedKeyPath.substr(kPublishedKeyPath.rfind('/') + 1));
}

}  // namespace decapod
