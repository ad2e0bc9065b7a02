#include "sqlite_database.h"

#include <decapod/crash/point.h>
#include <decapod/storage/schema.h>
#include <sqlite3.h>

#include <new>
#include <thread>
#include <utility>

#include "fold.h"
#include "log_size.h"
#include "raise.h"

namespace decapod::storage {
namespace {

constexpr std::size_t kStatementsMax = 256;
// About 3 µs. FTS5 takes a few steps for each page of its index that it reads, so that a match, which is one step of
// the statement that asks for it, is looked at once in some thirty pages.
constexpr int kStepsBetweenLooks = 100;
// A lower priority alone lets others wait for the end of a slice of time, some milliseconds; between sessions it does
// not count at all.
constexpr std::chrono::microseconds kWorkBetweenRests{500};
constexpr std::chrono::microseconds kRest{50};

int keep_frame_count(void* frames, sqlite3* /*connection*/, char const* /*database*/, int count) {
  *static_cast<int*>(frames) = count;
  return SQLITE_OK;
}

int is_over(void* given) {
  auto& watch = *static_cast<Watch*>(given);
  auto const& limit = watch.limit;
  if (limit.cancelled != nullptr && limit.cancelled->load(std::memory_order_relaxed)) return 1;
  if (!limit.until && !limit.worked && limit.pace == Pace::full) return 0;
  SteadyTime now = std::chrono::steady_clock::now();
  if (limit.pace == Pace::gives_way && now >= watch.rest_at) {
    std::this_thread::sleep_for(kRest);
    now = std::chrono::steady_clock::now();
    watch.rest_at = now + kWorkBetweenRests;
  }
  if (limit.until && now >= *limit.until) return 1;
  // To ask for processor time is a system call.
  if (!limit.worked || now < watch.look_at_work) return 0;
  auto const left = *limit.worked - work_time();
  watch.look_at_work = now + left;
  return left <= WorkTime::zero() ? 1 : 0;
}

StoreFiles files_of(sqlite3* connection) {
  auto const* const path = sqlite3_db_filename(connection, "main");
  return {path, sqlite3_filename_wal(path)};
}

std::int64_t size_of(sqlite3_file& file) {
  sqlite3_int64 size = 0;
  check(nullptr, file.pMethods->xFileSize(&file, &size), "looking at the WAL");
  return size;
}

// Gives a place another value while it lives.
template <class T>
class Temporarily {
 public:
  Temporarily(T& place, T value) : place_(place), before_(std::exchange(place, std::move(value))) {}
  Temporarily(Temporarily const&) = delete;
  Temporarily& operator=(Temporarily const&) = delete;
  ~Temporarily() { place_ = std::move(before_); }

 private:
  T& place_;
  T before_;
};

}  // namespace

SqliteDatabase::SqliteDatabase(ProcessSlot slot, Opened opened, OpenOptions const& options)
    : slot_(std::move(slot)),
      options_(options),
      mode_(options.mode),
      on_close_(options.on_close),
      connection_(std::move(opened.connection)),
      files_(files_of(connection_.get())),
      statements_(connection_.get(), kStatementsMax) {
  take_over(opened.wal_bytes, opened.found);
}

// What a connection needs that was just opened.
void SqliteDatabase::take_over(std::int64_t wal_bytes, WalFound found) {
  frames_ = 0;
  if (mode_ == OpenMode::read_write) {
    if (!files_.has_wal())
      throw Failure(ErrorCode::unreachable, SQLITE_ERROR, "SQLite made no WAL file at " + files_.wal());
    page_size_ = std::stoll(scalar(connection_.get(), "PRAGMA page_size"));
    bool const holds_frames = wal_bytes > kLogHeader;
    // What came between the look at its size and SQLite's opening counts, too.
    bool const is_empty = found == WalFound::prepared || size_of(wal_file()) <= kLogHeader;
    log_file_.serve(wal_file(), is_empty ? LogFile::Content::none : LogFile::Content::some,
                    holds_frames ? wal_bytes : 0);
    if (holds_frames) sync_recovered_wal(wal_bytes);
    written_ = stamp(files_.database());
  }
  sqlite3_wal_hook(connection_.get(), keep_frame_count, &frames_);
  authorize_by(connection_.get(), &permit_);
}

// A predecessor that was killed between writing a commit and syncing it leaves frames that recovery believes in but the
// disk does not have. Nothing may be acknowledged on their strength, not even the stored reply of a repeated request.
void SqliteDatabase::sync_recovered_wal(std::int64_t size) {
  frames_ = frames_in(size, page_size_);
  auto& wal = wal_file();
  int const code = wal.pMethods->xSync(&wal, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK && !log_is_whole()) throw cut_off();
  check(nullptr, code, "syncing the recovered WAL");
}

sqlite3_file& SqliteDatabase::wal_file() const {
  return log_of(connection_.get());
}

sqlite3_file& SqliteDatabase::database_file() const {
  sqlite3_file* database = nullptr;
  check(connection_.get(), sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &database),
        "finding the database");
  return *database;
}

void SqliteDatabase::recover() {
  if (!connection_) require_usable();
  if (scope_ != Scope::none || mode_ != OpenMode::read_write) {
    throw Failure(SQLITE_MISUSE, "a recovery inside a transaction, or of a store that is only read");
  }
  abandon("it is opened anew");
  if (!still_ours()) throw moved();
  end_attached();
  shut();
  auto opened = open_connection(options_);
  connection_ = std::move(opened.connection);
  statements_.serve(connection_.get());
  // A WAL that was made anew would hide what the old one held.
  if (files_of(connection_.get()) != files_) {
    shut();
    throw moved();
  }
  take_over(opened.wal_bytes, opened.found);
  limit(Limit(watch_.limit));
  abandoned_.clear();
}

void SqliteDatabase::require_usable() const {
  if (abandoned_.empty()) return;
  // What ended it may be that tables are gone under it; no other connection would fare better.
  auto const code = tables_changed_ ? ErrorCode::corrupt : ErrorCode::unreachable;
  throw Failure(code, SQLITE_ABORT, "the connection to the store ended: " + abandoned_);
}

void SqliteDatabase::require_transaction() const {
  if (in_transaction()) return;
  throw Failure(SQLITE_ABORT_ROLLBACK, "SQLite rolled the whole transaction back");
}

void SqliteDatabase::abandon(std::string_view why) noexcept {
  if (!abandoned_.empty()) return;
  try {
    abandoned_ = why.empty() ? "for no stated reason" : std::string(why);
  } catch (std::bad_alloc const&) {
    abandoned_ = "no memory";  // fits without an allocation
  }
}

sqlite3_stmt* SqliteDatabase::get_statement(std::string_view sql) {
  try {
    return statements_.get(sql);
  } catch (Failure const& failure) {
    throw explained(failure);
  }
}

Failure SqliteDatabase::explained(Failure const& failure) {
  // What a log that was cut off does not give back is no damage of the database, nor of the device.
  auto const code = failure.error().code;
  bool const of_the_file = code == ErrorCode::corrupt || code == ErrorCode::unreachable;
  if (of_the_file && connection_ && !log_is_whole()) return cut_off();
  return of_other_tables(failure);
}

void SqliteDatabase::check_explained(int code, std::string_view doing) {
  if (code != SQLITE_OK) throw explained(failure_of(connection_.get(), code, doing));
}

// Our statements fit our tables: one that fails as no statement of ours should has met other ones.
Failure SqliteDatabase::of_other_tables(Failure const& failure) {
  if (failure.error().code != ErrorCode::internal || explaining_) return failure;
  Temporarily const no_further(explaining_, true);
  try {
    auto const differences = schema_differences(*this);
    if (differences.empty()) return failure;
    tables_changed_ = true;
    return {ErrorCode::corrupt, failure.sqlite_code(), "the store's tables were changed: " + differences.front().what};
  } catch (Failure const&) {
    return failure;
  }
}

sqlite3_stmt* SqliteDatabase::prepare(std::string_view sql, std::size_t arguments) {
  require_usable();
  // Without its transaction a statement would commit by itself.
  if (scope_ != Scope::none) require_transaction();
  auto* const statement = get_statement(sql);
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != arguments) {
    throw Failure(SQLITE_RANGE, "wrong number of values for: " + std::string(sql.substr(0, 120)));
  }
  return statement;
}

std::int64_t SqliteDatabase::run(sqlite3_stmt* statement) {
  auto* const connection = connection_.get();
  auto const before = sqlite3_total_changes64(connection);
  Rows rows(statement, *this);
  while (rows.next()) {
  }
  // changes64 still speaks of an earlier statement when this one changed nothing.
  return sqlite3_total_changes64(connection) == before ? 0 : sqlite3_changes64(connection);
}

void SqliteDatabase::script(std::string_view sql) {
  require_usable();
  if (scope_ != Scope::none) require_transaction();
  std::string const text(sql);
  check_explained(sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr), "running a script");
}

std::int64_t SqliteDatabase::rows_written() const {
  return connection_ ? sqlite3_total_changes64(connection_.get()) : 0;
}

std::int64_t SqliteDatabase::row_made() const {
  return connection_ ? sqlite3_last_insert_rowid(connection_.get()) : 0;
}

bool SqliteDatabase::in_transaction() const {
  return connection_ && sqlite3_get_autocommit(connection_.get()) == 0;
}

void SqliteDatabase::limit(Limit const& limit) {
  watch_ = {.limit = limit};
  if (!connection_) return;
  bool const limited = limit.until || limit.worked || limit.cancelled != nullptr || limit.pace == Pace::gives_way;
  sqlite3_progress_handler(connection_.get(), limited ? kStepsBetweenLooks : 0, is_over, &watch_);
}

bool SqliteDatabase::still_ours() const {
  if (!connection_) return false;
  int moved = 0;
  int const code = sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code != SQLITE_OK && code != SQLITE_NOTFOUND) return false;
  return moved == 0 && files_.unchanged() && !is_rewritten() && log_is_whole();
}

bool SqliteDatabase::log_is_whole() const {
  return mode_ != OpenMode::read_write || log_file_.is_whole(wal_file());
}

void SqliteDatabase::require_whole_log() const {
  if (!log_is_whole()) throw cut_off();
}

// A backup that was copied over the database keeps its inode. This connection alone writes to it, in checkpoints.
bool SqliteDatabase::is_rewritten() const {
  auto const now = stamp(files_.database());
  if (!written_ || !now) return false;
  return now->modified_ns != written_->modified_ns || now->size != written_->size;
}

int SqliteDatabase::fold(int how, int* in_wal, int* folded) {
  Fold pages(database_file(), frames_, static_cast<std::size_t>(page_size_));
  int const code = sqlite3_wal_checkpoint_v2(connection_.get(), "main", how, in_wal, folded);
  if (code != SQLITE_OK) return code;
  int const rest = pages.flush();
  // SQLite believes them to be in the database, and would begin the log anew.
  if (rest != SQLITE_OK) abandon("pages of the WAL could not be written");
  return rest;
}

void SqliteDatabase::checkpoint(CheckpointMode mode) {
  require_usable();
  int in_wal = 0;
  int folded = 0;
  require_whole_log();
  int const how = mode == CheckpointMode::truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  crash::During const during(crash::Point::in_checkpoint);
  int const code = fold(how, &in_wal, &folded);
  written_ = stamp(files_.database());
  check_explained(code, "folding the WAL into the database");
  frames_ = in_wal - folded;
  if (frames_ == 0) log_file_.owe_nothing();
  crash::reach(crash::Point::checkpoint_done);
}

void SqliteDatabase::step_control(std::string_view sql) {
  Temporarily const permitted(permit_, Permit::scopes);
  // A commit or a rollback that stops half-way helps nobody.
  Temporarily const unlimited(watch_, Watch());
  run(statements_.get(sql));
}

void SqliteDatabase::commit() {
  require_transaction();
  try {
    require_whole_log();
    crash::During const during(crash::Point::in_commit);
    step_control("COMMIT");
  } catch (Failure const& failure) {
    bool const nothing_was_written = (failure.sqlite_code() & 0xff) == SQLITE_CONSTRAINT && in_transaction();
    if (!nothing_was_written) abandon(std::string("a commit failed, its outcome is unknown: ") + failure.what());
    throw;
  } catch (std::exception const&) {
    abandon("memory ran out in a commit, whose outcome is unknown");
    throw;
  }
}

void SqliteDatabase::control(Control action) {
  if (action != Control::rollback) require_usable();
  switch (action) {
    case Control::begin_write:
    case Control::begin_read:
      if (scope_ != Scope::none) throw Failure(SQLITE_MISUSE, "a transaction inside a transaction");
      step_control(action == Control::begin_write ? "BEGIN IMMEDIATE" : "BEGIN");
      scope_ = Scope::transaction;
      return;
    case Control::commit:
      return commit();
    case Control::rollback:
      return step_control("ROLLBACK");
    case Control::savepoint:
      require_transaction();
      if (scope_ != Scope::transaction)
        throw Failure(SQLITE_MISUSE, "a savepoint inside a savepoint, or outside a transaction");
      step_control("SAVEPOINT request");
      scope_ = Scope::savepoint;
      return;
    case Control::release:
      require_transaction();
      step_control("RELEASE request");
      scope_ = Scope::transaction;
      return;
    case Control::rollback_to:
      step_control("ROLLBACK TO request");
      step_control("RELEASE request");
      scope_ = Scope::transaction;
      return;
  }
}

std::vector<std::vector<std::string>> SqliteDatabase::maintenance(std::string const& sql) {
  require_usable();
  Temporarily const permitted(permit_, Permit::maintenance);
  StatementCache once(connection_.get(), 1);
  Rows rows(once.get(sql), *this);
  std::vector<std::vector<std::string>> table;
  while (rows.next()) {
    auto& row = table.emplace_back();
    for (int column = 0; column < rows.columns(); ++column) row.push_back(rows.text(column));
  }
  return table;
}

}  // namespace decapod::storage
