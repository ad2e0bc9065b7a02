#include <decapod/base/id.h>
#include <decapod/base/os_error.h>
#include <decapod/base/same_file.h>
#include <decapod/broker/page_copies.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

namespace decapod::broker {
namespace {

constexpr std::string_view kSuffix = ".db";

Error cannot_make(std::string const& path) {
  return os_error("make", path, errno, ErrorCode::not_writable);
}

enum class Grip : std::uint8_t {
  held,
  swept,  // before it could be locked: a lock would be on a file that nobody else will find
  failed  // errno says why
};

Grip grip(Descriptor const& file) {
  if (flock(file.get(), LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK ? Grip::swept : Grip::failed;
  struct stat facts {};
  if (fstat(file.get(), &facts) != 0) return Grip::failed;
  return facts.st_nlink > 0 ? Grip::held : Grip::swept;
}

// Nobody could sweep it later.
Error cannot_keep(std::string const& path) {
  auto error = os_error("lock", path, errno, ErrorCode::lock_unreliable);
  unlink(path.c_str());
  return error;
}

enum class Kept : std::uint8_t { no, yes };

// Of a reader, between two parts.
constexpr std::chrono::microseconds kRest{50};

// The log first: whoever dies in between leaves what the next sweep finds.
bool unlink_copy(std::string const& path) {
  unlink((path + "-wal").c_str());
  return unlink(path.c_str()) == 0;
}

// Nothing but what could have been made here: opening a FIFO would wait, and closing another name of the database would
// drop the locks that this process has on it.
bool may_be_copy(std::string const& path, StatePaths const& paths) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  return check_foreign(path, facts, paths).has_value();
}

// Unlinks it if nobody keeps it.
Kept sweep(std::string const& path, StatePaths const& paths, UnlinkedCopies& swept) {
  if (!may_be_copy(path, paths)) return Kept::no;
  Descriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return Kept::no;
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return Kept::yes;
  unlink_copy(path);
  swept.add(std::move(file));
  return Kept::no;
}

}  // namespace

std::string copies_directory(StatePaths const& paths) {
  return paths.directory + "/copies";
}

Result<FreshCopy> make_copy_file(StatePaths const& paths) {
  auto const directory = copies_directory(paths);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return cannot_make(directory);
  for (;;) {
    FreshCopy copy;
    copy.name = random_id() + std::string(kSuffix);
    copy.path = directory + '/' + copy.name;
    copy.hold = Descriptor(open(copy.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!copy.hold) return cannot_make(copy.path);
    switch (grip(copy.hold)) {
      case Grip::held:
        return copy;
      case Grip::swept:
        continue;
      case Grip::failed:
        return cannot_keep(copy.path);
    }
  }
}

std::size_t sweep_copies(StatePaths const& paths, UnlinkedCopies& swept) {
  auto const path = copies_directory(paths);
  std::unique_ptr<DIR, int (*)(DIR*)> const directory(opendir(path.c_str()), &closedir);
  std::size_t kept = 0;
  if (!directory) return kept;
  while (auto const* entry = readdir(directory.get())) {
    std::string_view const name = entry->d_name;
    if (name.ends_with(kSuffix) && sweep(path + '/' + std::string(name), paths, swept) == Kept::yes) ++kept;
  }
  return kept;
}

Result<std::optional<HeldCopy>> HeldCopy::take(StatePaths const& paths, std::string const& name) {
  if (name.find('/') != std::string::npos) return std::optional<HeldCopy>();
  auto path = copies_directory(paths) + '/' + name;
  Descriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  // Where this process may not write it is read all the same, and swept by a leader.
  if (!file && errno != ENOENT) file = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return std::optional<HeldCopy>();
  if (!file) return os_error("open", path, errno, ErrorCode::unreachable);
  switch (grip(file)) {
    case Grip::held:
      return std::optional(HeldCopy(std::move(path), std::move(file)));
    case Grip::swept:
      return std::optional<HeldCopy>();
    case Grip::failed:
      break;
  }
  return os_error("lock", path, errno, ErrorCode::lock_unreliable);
}

HeldCopy::~HeldCopy() {
  if (!hold_) return;
  // What has another name by now is somebody's: a restore makes it the store. And what may not be unlinked from here is
  // left to a leader.
  if (!unlink_copy(path_)) return;
  UnlinkedCopies own;
  own.add(std::move(hold_));
  for (own.free_a_part(); !own.empty(); own.free_a_part()) std::this_thread::sleep_for(kRest);
}

}  // namespace decapod::broker
