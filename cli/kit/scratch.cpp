#include <decapod/base/id.h>
#include <decapod/base/os_error.h>
#include <decapod/cli_kit/scratch.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace decapod::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "scratch-";
constexpr std::size_t kIdLength = 12;
constexpr int kSweptRetries = 16;

Error cannot_make(std::string const& path) {
  return os_error("make", path, errno, ErrorCode::not_writable);
}

Descriptor open_folder(std::string const& path) {
  return Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

// False if a sweep was faster, between the making and this. Where nothing can be locked nothing is swept either.
bool keep(Descriptor const& folder) {
  if (flock(folder.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  struct stat facts {};
  return fstat(folder.get(), &facts) == 0 && facts.st_nlink > 0;
}

void sweep(std::string const& directory) {
  std::error_code none;
  for (fs::directory_iterator entry(directory, none), end; !none && entry != end; entry.increment(none)) {
    if (!is_scratch(entry->path().filename().native())) continue;
    auto const folder = open_folder(entry->path().native());
    std::error_code error;
    if (folder && flock(folder.get(), LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry->path(), error);
  }
}

}  // namespace

bool is_scratch(std::string_view name) {
  return name.starts_with(kPrefix);
}

Result<Scratch> Scratch::make(std::string const& directory) {
  sweep(directory);
  for (int turn = 0; turn < kSweptRetries; ++turn) {
    auto path = directory + '/' + std::string(kPrefix) + random_id().substr(0, kIdLength);
    if (mkdir(path.c_str(), S_IRWXU) != 0) return cannot_make(path);
    auto folder = open_folder(path);
    if (!folder && errno != ENOENT) return cannot_make(path);
    if (folder && keep(folder)) return Scratch(std::move(path), std::move(folder));
  }
  return fail(ErrorCode::busy, "every scratch folder in " + directory + " is swept before it is used");
}

Scratch::~Scratch() {
  if (!hold_) return;
  std::error_code none;
  fs::remove_all(path_, none);
}

}  // namespace decapod::cli
