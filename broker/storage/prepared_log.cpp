#include "prepared_log.h"

#include <decapod/base/descriptor.h>
#include <decapod/storage/log.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "log_size.h"

namespace decapod::storage {
namespace {

using Header = std::array<std::byte, kLogHeader>;

// A command that finds no broker writes about 16 frames.
constexpr std::int64_t kRoom = std::int64_t{128} << 10;

constexpr char kReal[] = "unix";  // SQLite's own file access

constexpr std::array<char, 8> kWord = {'d', 'e', 'c', 'a', 'p', 'o', 'd', '\n'};

Header mark_of(LogPlace const& place) {
  static_assert(kWord.size() + sizeof(LogPlace) == kLogHeader);
  Header header;
  std::memcpy(header.data(), kWord.data(), kWord.size());
  std::memcpy(header.data() + kWord.size(), &place, sizeof place);
  return header;
}

// For whichever place.
bool is_marked(Header const& header) {
  return std::memcmp(header.data(), kWord.data(), kWord.size()) == 0;
}

int fit(sqlite3_file& log) {
  sqlite3_int64 size = 0;
  if (int const code = log.pMethods->xFileSize(&log, &size); code != SQLITE_OK) return code;
  std::array<std::byte, 4096> const zeros{};
  while (size < kRoom) {
    auto const part = static_cast<int>(std::min<sqlite3_int64>(zeros.size(), kRoom - size));
    if (int const code = log.pMethods->xWrite(&log, zeros.data(), part, size); code != SQLITE_OK) return code;
    size += part;
  }
  return SQLITE_OK;
}

int open_found(sqlite3_vfs* /*access*/, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  auto* const real = sqlite3_vfs_find(kReal);
  if ((flags & SQLITE_OPEN_WAL) != 0) {
    int const code = real->xOpen(real, path, file, flags & ~SQLITE_OPEN_CREATE, out_flags);
    if (code != SQLITE_CANTOPEN) return code;
  }
  return real->xOpen(real, path, file, flags, out_flags);
}

// Of a file that is watched: no question that makes its next sync write its inode (untimed_stat.h).
bool look(std::string const& path, unsigned mask, struct statx& facts) {
  return statx(AT_FDCWD, path.c_str(), AT_STATX_SYNC_AS_STAT, mask, &facts) == 0 && (facts.stx_mask & mask) == mask;
}

}  // namespace

int make_void(sqlite3_file& log) {
  Header const zeros{};
  if (int const code = log.pMethods->xWrite(&log, zeros.data(), zeros.size(), 0); code != SQLITE_OK) return code;
  if (int const code = fit(log); code != SQLITE_OK) return code;
  if (int const code = log.pMethods->xSync(&log, SQLITE_SYNC_NORMAL); code != SQLITE_OK) return code;
  // Only now: under a header that the disk still has, a log without its last frames is an older store.
  return log.pMethods->xTruncate(&log, kRoom);
}

int mark_prepared(sqlite3_file& log, LogPlace const& place) {
  auto const mark = mark_of(place);
  return log.pMethods->xWrite(&log, mark.data(), mark.size(), 0);
}

bool is_prepared(sqlite3_file& log, LogPlace const& place) {
  Header header;
  return log.pMethods->xRead(&log, header.data(), header.size(), 0) == SQLITE_OK && header == mark_of(place);
}

char const* file_access_for_found_log() {
  auto* const real = sqlite3_vfs_find(nullptr);
  if (real == nullptr || std::strcmp(real->zName, kReal) != 0) return "";
  static sqlite3_vfs found{};
  static bool const registered = [real] {
    found = *real;
    found.zName = "decapod-found-log";
    found.pNext = nullptr;
    found.xOpen = open_found;
    return sqlite3_vfs_register(&found, 0) == SQLITE_OK;
  }();
  return registered ? found.zName : "";
}

std::optional<LogPlace> place_of_log(std::string const& log, std::string const& directory) {
  struct statx file {};
  struct statx folder {};
  if (!look(log, STATX_INO | STATX_BTIME, file) || !look(directory, STATX_INO, folder)) return std::nullopt;
  auto const born = file.stx_btime.tv_sec * 1'000'000'000 + static_cast<std::int64_t>(file.stx_btime.tv_nsec);
  return LogPlace{.log_inode = file.stx_ino, .log_born_ns = born, .directory_inode = folder.stx_ino};
}

bool log_holds_commits(std::string const& path) {
  Descriptor const file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  Header header;
  // What cannot be looked at is for whoever opens the store to judge.
  if (!file) return errno != ENOENT;
  auto const got = read(file.get(), header.data(), header.size());
  return got != 0 && !(got == static_cast<ssize_t>(header.size()) && is_marked(header));
}

}  // namespace decapod::storage
