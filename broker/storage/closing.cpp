// How a connection ends: with its log folded, left to the next opener, or saved.

#include <decapod/crash/point.h>
#include <decapod/storage/closing.h>
#include <sqlite3.h>

#include <utility>

#include "raise.h"
#include "sqlite_database.h"

namespace decapod::storage {

SqliteDatabase::~SqliteDatabase() {
  try {
    static_cast<void>(close());
  } catch (std::exception const&) {
    // No memory: the WAL is left to the next opener.
  }
}

Result<void> close(Database& database) {
  return static_cast<SqliteDatabase&>(database).close();
}

Result<void> SqliteDatabase::close() {
  if (!connection_) return {};
  try {
    end_attached();
    bool const folds = folds_on_close();
    if (folds) fold_for_good();
    shut();
    return {};
  } catch (Failure const& failure) {
    on_close_ = OnClose::keep_wal;
    return failure.error();
  }
}

// After a failed commit, recovery decides what is in the store.
bool SqliteDatabase::folds_on_close() const {
  return on_close_ == OnClose::checkpoint && mode_ == OpenMode::read_write && abandoned_.empty() && !in_transaction();
}

void SqliteDatabase::fold_for_good() {
  if (!log_is_whole()) throw cut_off();
  // A WAL that is not ours is not ours to remove.
  if (!still_ours()) throw moved();
  crash::During const during(crash::Point::in_last_checkpoint);
  int const code = fold(SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  written_ = stamp(files_.database());
  check_explained(code, "folding the WAL into the database");
  frames_ = 0;
  remove_wal_on_close(connection_.get());
}

// A WAL that was not folded stays as it is, for recovery.
void SqliteDatabase::shut() {
  statements_.clear();
  close_connection(connection_);
  abandon("it was closed");
}

void SqliteDatabase::end_attached() noexcept {
  for (auto* one : std::exchange(attached_, {})) one->end();
}

Salvage SqliteDatabase::salvage() {
  if (!connection_ || mode_ != OpenMode::read_write) return Salvage::impossible;
  if (!files_.has_database()) {
    files_.set_wal_aside();
    return Salvage::other_store;
  }
  if (frames_ == 0) return Salvage::nothing_lost;
  if (!log_is_whole()) return Salvage::impossible;
  if (files_.unchanged()) return Salvage::nothing_lost;
  if (!abandoned_.empty() || in_transaction()) return Salvage::impossible;
  // Frames over pages that somebody else has written since would tear the database apart; and a WAL that stands at the
  // name now would be recovered over it by the next opener.
  if (!files_.only_wal_is_gone() || !written_ || stamp(files_.database()) != written_) return Salvage::impossible;
  int in_wal = 0;
  int folded = 0;
  statements_.clear();
  int const code = fold(SQLITE_CHECKPOINT_PASSIVE, &in_wal, &folded);
  return code == SQLITE_OK && in_wal == folded ? Salvage::saved : Salvage::impossible;
}

}  // namespace decapod::storage
