#include "fresh_log.h"

namespace decapod::storage {
namespace {

constexpr sqlite3_int64 kHeader = 32;

}  // namespace

void FreshLog::expect_header(sqlite3_file& log) {
  static_cast<sqlite3_io_methods&>(methods_) = *log.pMethods;
  methods_.real = log.pMethods;
  methods_.xSync = &FreshLog::sync;
  log.pMethods = &methods_;
}

int FreshLog::sync(sqlite3_file* log, int flags) {
  auto const* const real = static_cast<Methods const*>(log->pMethods)->real;
  sqlite3_int64 size = 0;
  if (real->xFileSize(log, &size) == SQLITE_OK && size <= kHeader) return SQLITE_OK;
  log->pMethods = real;
  return real->xSync(log, flags);
}

}  // namespace decapod::storage
