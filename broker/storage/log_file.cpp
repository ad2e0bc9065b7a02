#include "log_file.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "log_size.h"

namespace decapod::storage {
namespace {

constexpr int kFilledBefore = 32;

}  // namespace

void LogFile::serve(sqlite3_file& log, Content content, std::int64_t owed) {
  static_cast<sqlite3_io_methods&>(methods_) = *log.pMethods;
  methods_.real = log.pMethods;
  methods_.owner = this;
  methods_.xWrite = &LogFile::write;
  methods_.xRead = &LogFile::read;
  methods_.xTruncate = &LogFile::truncate;
  methods_.xFileSize = &LogFile::file_size;
  methods_.xSync = &LogFile::sync;
  methods_.xClose = &LogFile::close;
  content_ = content;
  held_ = 0;
  owed_ = owed;
  mark_ = 0;
  log.pMethods = &methods_;
}

void LogFile::let_go(sqlite3_file& log) {
  // What it had to write was written when the last commit was synced, and a log that was folded owes nothing.
  held_ = 0;
  log.pMethods = methods_.real;
}

LogFile& LogFile::of(sqlite3_file* log) {
  return *static_cast<Methods const*>(log->pMethods)->owner;
}

int LogFile::write(sqlite3_file* log, void const* data, int size, sqlite3_int64 at) {
  return of(log).put(log, static_cast<std::byte const*>(data), static_cast<std::size_t>(size), at);
}

int LogFile::put(sqlite3_file* log, std::byte const* data, std::size_t size, sqlite3_int64 at) {
  if (held_ > 0 && at != start_ + static_cast<sqlite3_int64>(held_)) {
    if (int const code = flush(log); code != SQLITE_OK) return code;
  }
  while (size > 0) {
    if (held_ == 0) start_ = at;
    auto const part = std::min(size, room() - held_);
    std::memcpy(gathered() + held_, data, part);
    held_ += part;
    data += part;
    size -= part;
    at += static_cast<sqlite3_int64>(part);
    if (held_ < room()) break;
    if (int const code = flush(log); code != SQLITE_OK) return code;
    make_room();
  }
  return SQLITE_OK;
}

// Only when nothing is gathered. Without the memory for it all goes on as before.
void LogFile::make_room() {
  if (larger_ || ++filled_ < kFilledBefore) return;
  larger_.reset(new (std::nothrow) std::byte[kLargerRoom]);
  filled_ = 0;
}

// What could not be written is given up: whoever hears of it undoes the commit.
int LogFile::flush(sqlite3_file* log) {
  auto const size = static_cast<int>(std::exchange(held_, 0));
  if (size == 0) return SQLITE_OK;
  // A log that begins anew owes nothing to the round before.
  if (start_ == 0) owed_ = 0;
  if (mark_ == 0 || start_ == 0) learn_mark(*log);
  // What would be written behind a hole hides it.
  if (!is_whole(*log)) return SQLITE_IOERR_SHORT_READ;
  int code = methods_.real->xWrite(log, gathered(), size, start_);
  if (code == SQLITE_OK) code = look_for_hole(*log);
  if (code != SQLITE_OK) return code;
  owed_ = std::max(owed_, start_ + size);
  mark(gathered(), size, start_);
  return SQLITE_OK;
}

// If somebody has cut it off since the look, all behind the cut is zeros now; where it was zeros before, nothing is
// gone.
int LogFile::look_for_hole(sqlite3_file& log) {
  if (mark_ == 0 || mark_ >= start_) return SQLITE_OK;
  std::byte here{};
  int const code = methods_.real->xRead(&log, &here, 1, mark_);
  if (code == SQLITE_OK && here == marked_) return SQLITE_OK;
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return code;
  // Its size does not show it any more.
  owed_ = std::numeric_limits<sqlite3_int64>::max();
  return SQLITE_IOERR_SHORT_READ;
}

void LogFile::mark(std::byte const* bytes, int size, sqlite3_int64 at) {
  while (size > 0 && bytes[size - 1] == std::byte{}) --size;
  if (size == 0) return;
  mark_ = at + size - 1;
  marked_ = bytes[size - 1];
}

// What a predecessor wrote in front of the first write.
void LogFile::learn_mark(sqlite3_file& log) {
  mark_ = 0;
  std::array<std::byte, 512> before;
  auto const size = static_cast<int>(std::min<sqlite3_int64>(before.size(), start_));
  if (size > 0 && methods_.real->xRead(&log, before.data(), size, start_ - size) == SQLITE_OK) {
    mark(before.data(), size, start_ - size);
  }
}

bool LogFile::is_whole(sqlite3_file& log) const {
  sqlite3_int64 size = 0;
  return owed_ == 0 || (methods_.real->xFileSize(&log, &size) == SQLITE_OK && size >= owed_);
}

int LogFile::read(sqlite3_file* log, void* data, int size, sqlite3_int64 at) {
  if (int const code = of(log).flush(log); code != SQLITE_OK) return code;
  return of(log).methods_.real->xRead(log, data, size, at);
}

int LogFile::truncate(sqlite3_file* log, sqlite3_int64 size) {
  auto& self = of(log);
  if (int const code = self.flush(log); code != SQLITE_OK) return code;
  self.owed_ = std::min(self.owed_, size);
  return self.methods_.real->xTruncate(log, size);
}

int LogFile::file_size(sqlite3_file* log, sqlite3_int64* size) {
  if (int const code = of(log).flush(log); code != SQLITE_OK) return code;
  return of(log).methods_.real->xFileSize(log, size);
}

bool LogFile::holds_only_header() const {
  auto const gathered = held_ > 0 ? start_ + static_cast<sqlite3_int64>(held_) : 0;
  return std::max(owed_, gathered) <= kLogHeader;
}

int LogFile::sync(sqlite3_file* log, int flags) {
  auto& self = of(log);
  if (self.content_ == Content::none && self.holds_only_header()) return SQLITE_OK;
  self.content_ = Content::some;
  if (int const code = self.flush(log); code != SQLITE_OK) return code;
  int const code = self.methods_.real->xSync(log, flags);
  // Afterwards: a sync takes long enough for somebody to cut it meanwhile.
  return code == SQLITE_OK && !self.is_whole(*log) ? SQLITE_IOERR_SHORT_READ : code;
}

int LogFile::close(sqlite3_file* log) {
  auto& self = of(log);
  auto const* const real = self.methods_.real;
  int const written = self.flush(log);
  log->pMethods = real;
  int const closed = real->xClose(log);
  return written != SQLITE_OK ? written : closed;
}

}  // namespace decapod::storage
