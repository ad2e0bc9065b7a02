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
    if (parts_on_close()) {
      part();
      return {};
    }
    if (folds_on_close()) fold_for_good();
    shut();
    return {};
  } catch (Failure const& failure) {
    on_close_ = OnClose::keep_wal;
    return failure.error();
  }
}

// After a failed commit, recovery decides what is in the store.
bool SqliteDatabase::folds_on_close() const {
  return on_close_ != OnClose::keep_wal && is_sound();
}

bool SqliteDatabase::parts_on_close() const {
  return on_close_ == OnClose::keep_wal && is_sound();
}

bool SqliteDatabase::is_sound() const {
  return mode_ == OpenMode::read_write && abandoned_.empty() && !in_transaction();
}

void SqliteDatabase::fold_for_good() {
  if (!log_is_whole()) throw cut_off();
  // A WAL that is not ours is not ours to remove.
  if (!still_ours()) throw moved();
  crash::During const during(crash::Point::in_last_checkpoint);
  bool const prepares = on_close_ == OnClose::prepare_log;
  int const code = fold(prepares ? SQLITE_CHECKPOINT_FULL : SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  written_ = stamp(files_.database());
  check_explained(code, "folding the WAL into the database");
  frames_ = 0;
  try {
    if (prepares) return leave_prepared_log();
  } catch (Failure const&) {
    // A full disk, say, or a file system that knows no time of birth. Without a header it is no log, and with one it
    // has nothing that the database has not.
  }
  remove_wal_on_close(connection_.get());
}

void SqliteDatabase::leave_prepared_log() {
  auto& log = wal_file();
  log_file_.let_go(log);
  auto const place = place_of_log_of(files_.database());
  if (!place) throw moved();
  // Nothing was written since it was found.
  if (is_prepared(log, *place)) return;
  check(nullptr, make_void(log), "leaving an empty log");
  sync_directory_of(connection_.get(), files_.database());
  crash::reach(crash::Point::log_made_void);
  check(nullptr, mark_prepared(log, *place), "marking the log as empty");
  crash::reach(crash::Point::log_prepared);
}

// A WAL that was not folded stays as it is, for recovery.
void SqliteDatabase::shut() {
  statements_.clear();
  close_connection(connection_);
  abandon("it was closed");
}

// Closes the files, and with them every lock, before SQLite has given back what it keeps in memory: thousands of
// pieces, 0.15 ms, which a command that is about to end leaves to the kernel. They go with this object, at the latest.
void SqliteDatabase::part() {
  // SQLite's own close must ask for no lock any more: its files are gone then.
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  for (auto* file : {&wal_file(), &database_file()}) {
    // As SQLite does when it closes, and then finds them closed.
    file->pMethods->xClose(file);
    file->pMethods = nullptr;
  }
  parted_ = std::move(connection_);
  slot_.give_up();
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
