#include <decapod/base/os_error.h>
#include <decapod/storage/failure.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "raise.h"

namespace decapod::storage {
namespace {

ErrorCode classify(int code) {
  switch (code) {
    case SQLITE_IOERR_CORRUPTFS:
    case SQLITE_IOERR_SHORT_READ:  // a page that the file should have: never a matter of waiting
      return ErrorCode::corrupt;
    case SQLITE_IOERR_NOMEM:
      return ErrorCode::busy;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:  // nothing was done, and later it may be
      return ErrorCode::busy;
    case SQLITE_INTERRUPT:
      return ErrorCode::timeout;
    case SQLITE_FULL:
      return ErrorCode::disk_full;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return ErrorCode::not_writable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::corrupt;
    case SQLITE_IOERR:
      return ErrorCode::unreachable;
    case SQLITE_TOOBIG:
      return ErrorCode::too_large;
    default:
      return ErrorCode::internal;
  }
}

bool is_memory(int code) {
  return (code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM;
}

bool is_of_a_file(int code) {
  bool const of_a_file = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  return of_a_file && !is_memory(code);
}

// SQLite tells EDQUOT, EFBIG and EROFS only as an I/O error, and that this process has no descriptor left as a file
// that cannot be opened; the errno behind it says what to do.
ErrorCode classify(int code, int os_error) {
  auto const by_itself = classify(code);
  if (!is_of_a_file(code)) return by_itself;
  return os_error == EROFS ? ErrorCode::not_writable : code_of(os_error, by_itself);
}

// A commit's failure is kept with the WAL's file, not with the connection.
int errno_behind(sqlite3* connection) {
  int os_error = sqlite3_system_errno(connection);
  if (os_error != 0) return os_error;
  sqlite3_file* wal = nullptr;
  int const found = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (found != SQLITE_OK || wal == nullptr || wal->pMethods == nullptr) return 0;
  if (wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &os_error) != SQLITE_OK) return 0;
  return os_error;
}

std::string describe(sqlite3* connection, int code, int os_error) {
  std::string text = sqlite3_errstr(code);
  if (connection != nullptr && sqlite3_extended_errcode(connection) == code) text = sqlite3_errmsg(connection);
  if ((code & 0xff) == SQLITE_IOERR && !is_memory(code)) {
    text = "the device or file system under the store failed: " + text + " (" + std::to_string(code);
    if (os_error != 0) text += std::string(", ") + std::strerror(os_error);
    text += ")";
  } else if (os_error != 0) {
    text += std::string(": ") + std::strerror(os_error);
  }
  return text;
}

}  // namespace

Failure::Failure(int sqlite_code, std::string message)
    : Failure(classify(sqlite_code), sqlite_code, std::move(message)) {}

Failure::Failure(ErrorCode code, int sqlite_code, std::string message, std::string hint)
    : code_(code), sqlite_code_(sqlite_code), message_(std::move(message)), hint_(std::move(hint)) {}

Error Failure::error() const {
  auto error = fail(code_, message_, {{"sqlite_code", sqlite_code_}});
  error.hint = hint_;
  if (is_memory(sqlite_code_)) error.hint = kOutOfMemory;
  return error;
}

Failure failure_of(sqlite3* connection, int code, std::string_view doing) {
  int const os_error = is_of_a_file(code) && connection != nullptr ? errno_behind(connection) : 0;
  auto const kind = classify(code, os_error);
  auto message = describe(connection, code, os_error);
  if (!doing.empty()) message = std::string(doing) + ": " + message;
  return Failure(kind, code, std::move(message), hint_for(os_error));
}

Failure failure_of(sqlite3_stmt* statement, int code) {
  static constexpr std::size_t kShownSql = 120;
  auto* const connection = sqlite3_db_handle(statement);
  auto const failure = failure_of(connection, code, "");
  if (failure.error().code != ErrorCode::internal) return failure;
  // The statement is what whoever mends the bug needs to see.
  auto const* const sql = sqlite3_sql(statement);
  return failure_of(connection, code, std::string(sql != nullptr ? sql : "").substr(0, kShownSql));
}

Failure cut_off() {
  return {ErrorCode::unreachable, SQLITE_IOERR_SHORT_READ, "the log of commits (decapod.db-wal) was cut off",
          "repeat the request; `decapod doctor` says whether commits are lost"};
}

Failure moved() {
  return {ErrorCode::unreachable, SQLITE_READONLY_DBMOVED, "the store's files are not as they were left"};
}

void check(sqlite3* connection, int code, std::string_view doing) {
  if (code != SQLITE_OK) throw failure_of(connection, code, doing);
}

}  // namespace decapod::storage
