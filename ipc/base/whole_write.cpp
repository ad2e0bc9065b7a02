#include <decapod/base/whole_write.h>
#include <unistd.h>

#include <cerrno>

namespace decapod {

int write_whole(int descriptor, std::string_view content) {
  while (!content.empty()) {
    auto const count = write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace decapod
