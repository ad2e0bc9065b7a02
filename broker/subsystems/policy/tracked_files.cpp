#include "tracked_files.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/governance/document.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace decapod::policy {
namespace {

std::optional<std::string> read_file(std::string const& path, std::size_t most) {
  Descriptor const file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  std::string text(most, '\0');
  std::size_t size = 0;
  for (;;) {
    auto const got = read(file.get(), text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::optional<std::string> proposal_beside(std::string const& state_directory) {
  // One byte more than may be, so that what is too long is seen to be.
  return read_file(path_beside(state_directory, "policy.toml"), governance::kDocumentBytesMax + 1);
}

std::optional<std::string> published_key(std::string const& state_directory) {
  constexpr std::size_t kMost = 4096;
  auto text = read_file(published_key_beside(state_directory), kMost);
  if (text) text->resize(std::min(text->size(), text->find_first_of("\r\n")));
  return text;
}

}  // namespace decapod::policy
