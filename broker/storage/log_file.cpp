#include "log_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "log_size.h"

namespace decapod::storage {

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
  log.pMethods = &methods_;
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
    auto const part = std::min(size, gathered_.size() - held_);
    std::memcpy(gathered_.data() + held_, data, part);
    held_ += part;
    data += part;
    size -= part;
    at += static_cast<sqlite3_int64>(part);
    if (held_ < gathered_.size()) break;
    if (int const code = flush(log); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

// What could not be written is given up: whoever hears of it undoes the commit.
int LogFile::flush(sqlite3_file* log) {
  auto const size = static_cast<int>(std::exchange(held_, 0));
  if (size == 0) return SQLITE_OK;
  // A log that begins anew owes nothing to the round before.
  if (start_ == 0) owed_ = 0;
  // What would be written behind a hole hides it.
  if (!is_whole(*log)) return SQLITE_IOERR_SHORT_READ;
  int const code = methods_.real->xWrite(log, gathered_.data(), size, start_);
  if (code == SQLITE_OK) owed_ = std::max(owed_, start_ + size);
  return code;
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

bool LogFile::holds_only_header(sqlite3_file* log) const {
  sqlite3_int64 size = 0;
  if (methods_.real->xFileSize(log, &size) != SQLITE_OK) return false;
  return std::max(size, start_ + static_cast<sqlite3_int64>(held_)) <= kLogHeader;
}

int LogFile::sync(sqlite3_file* log, int flags) {
  auto& self = of(log);
  if (self.content_ == Content::none && self.holds_only_header(log)) return SQLITE_OK;
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
