#pragma once
// The one connection to the store. Of all that ships, only this folder knows SQLite.

#include <decapod/base/clock.h>
#include <decapod/base/result.h>
#include <decapod/storage/failure.h>
#include <decapod/storage/statement.h>

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace decapod::storage {

struct MigrationStep;

enum class OpenMode : std::uint8_t {
  read_write,      // WAL, EXCLUSIVE, synchronous=FULL, cache_spill=OFF
  read_wal,        // a store that cannot be written but has a WAL: read-only, unix-none, EXCLUSIVE
  read_immutable,  // a store that cannot be written, and whose WAL holds no commits
  read_private,    // a whole file that nobody else opens (a page copy): only read, but opened as a file that could be
                   // written wherever it can be, because SQLite leaves out the CHECK constraints of any other. May
                   // leave an empty file named *-wal behind. As read_immutable where it cannot be written
};

// What becomes of a read_write open where no file is.
enum class Absent : std::uint8_t {
  make,    // one is made, with mode 0600
  refuse,  // unreachable
};

// What closing does with the WAL.
enum class OnClose : std::uint8_t {
  checkpoint,   // fold it into the database and remove it
  prepare_log,  // fold it, and leave an empty log that the next opener writes into: one more sync, for which somebody
                // must have the time. Removes it where that fails
  keep_wal,     // leave it for the broker that takes over: the caller's answer does not wait for a checkpoint
};

struct OpenOptions {
  std::string path;
  OpenMode mode = OpenMode::read_write;
  OnClose on_close = OnClose::checkpoint;
  Absent absent = Absent::make;
  Millis busy = Millis(2000);  // how long to wait for a predecessor's SQLite lock
  std::string vfs;             // "" = SQLite's own; tests inject faults here
};

// A file access that keeps its directory elsewhere (`vfs`, in tests) is asked by this file control to sync it. SQLite's
// own does not know it: then the directory of the path is synced.
inline constexpr int kSyncDirectoryControl = 0x6463'7001;

enum class CheckpointMode : std::uint8_t {
  passive,   // fold the frames in; the next write starts the WAL over
  truncate,  // and shorten the file to nothing
};

// Whether statements leave the processor to others every now and then.
enum class Pace : std::uint8_t {
  full,
  gives_way,  // a short sleep after each half a millisecond of work
};

// How long statements may run.
struct Limit {
  std::optional<SteadyTime> until;               // nullopt = for ever
  std::optional<WorkTime> worked{};              // until the thread that executes them has worked so long
  std::atomic<bool> const* cancelled = nullptr;  // until it is true; any thread may set it. Borrowed; nullptr = never
  Pace pace = Pace::full;
};

// What became of commits that lie in a WAL which has lost its name.
enum class Salvage : std::uint8_t {
  nothing_lost,  // all of them had been folded into the database before, or the WAL is at its name: then it is the next
                 // opener that recovers them
  saved,         // they are in the database now, and synced
  impossible,    // they go with the process
  other_store,   // the database itself is not at its path any more: what stands there is none of ours. A WAL that still
                 // stands beside it is, and is renamed to *.of-replaced, so that nobody recovers it over the other one
};

// Statements that only a scope (Transaction, Savepoint) may run.
enum class Control : std::uint8_t { begin_write, begin_read, commit, rollback, savepoint, release, rollback_to };

// Not thread-safe; belongs to the thread that uses it. Methods throw Failure unless they return a Result.
// After a commit that failed every method but in_transaction(), still_ours(), recover() and the destructor throws.
class Database {
 public:
  // One Database exists in a process at a time: a second open is refused (internal), because closing its descriptor
  // would drop the first one's locks. A read_write open waits up to `busy` for another process's lock, then fails with
  // busy. What it recovers from a predecessor's WAL is synced before it returns.
  static Result<std::unique_ptr<Database>> open(OpenOptions const& options);
  Database() = default;
  Database(Database const&) = delete;
  Database& operator=(Database const&) = delete;
  virtual ~Database() = default;

  // Runs a statement that returns rows. `sql` is the key of a bounded statement cache: keep the number of different
  // texts small, and never put a value into one. One execution of a given `sql` at a time. ATTACH, PRAGMA, BEGIN,
  // COMMIT, ROLLBACK and SAVEPOINT are refused.
  template <class... Arguments>
  Rows query(std::string_view sql, Arguments const&... arguments) {
    auto* statement = prepare(sql, sizeof...(arguments));
    bind_all(statement, arguments...);
    return Rows(statement, *this);
  }

  // Runs a statement to its end; returns the number of rows it changed.
  template <class... Arguments>
  std::int64_t execute(std::string_view sql, Arguments const&... arguments) {
    auto* statement = prepare(sql, sizeof...(arguments));
    bind_all(statement, arguments...);
    return run(statement);
  }

  // Several statements without parameters: migrations.
  virtual void script(std::string_view sql) = 0;

  // False as soon as SQLite has rolled the whole transaction back on its own (full disk, interrupt, I/O error).
  virtual bool in_transaction() const = 0;

  // Rows that this connection has inserted, changed and deleted, those of the search index among them, whatever became
  // of them: where it has not moved, nothing was written but tables and indexes that were made. Statements whose Rows
  // are alive are not in it.
  virtual std::int64_t rows_written() const = 0;

  // The rowid of the row that the latest INSERT of this connection made, of whatever table.
  virtual std::int64_t row_made() const = 0;

  // Statements are interrupted (ErrorCode::timeout) while this limit is reached. An interrupted write ends the whole
  // transaction. Never interrupts a commit or a rollback.
  virtual void limit(Limit const& limit) = 0;

  // Whether the file behind this connection, and its WAL, are still the ones at their paths, the WAL holds all that was
  // committed into it, and nobody else has written to the database. Called before every acknowledgement: a commit into
  // an unlinked WAL is lost with the process. Opens nothing.
  virtual bool still_ours() const = 0;

  // Frames in the WAL that no checkpoint has folded in; right after opening, an upper bound from the file's size.
  virtual int wal_frames() const = 0;
  // Outside of a transaction, with no Rows alive. Throws, and does nothing, if the WAL was cut off.
  virtual void checkpoint(CheckpointMode mode) = 0;

  virtual void set_on_close(OnClose on_close) = 0;

  // The steps that make this store's tables, so that a statement which fails for want of them is called what it is
  // (corrupt), and not a bug. Copied; the texts live as long as the program.
  virtual void declare_schema(std::span<MigrationStep const> steps) = 0;
  virtual std::span<MigrationStep const> declared_schema() const = 0;
  // After a commit that failed: closes the connection without a checkpoint and opens the store anew, as a successor
  // would, so that recovery decides what was committed; what it recovered is synced. Outside of every scope, with no
  // Rows alive. The connection can be used again when it returns. Throws Failure, and stays unusable: the files at the
  // paths are other ones, or they cannot be opened, read or synced.
  virtual void recover() = 0;

  // Once still_ours() is false, with no Rows alive: folds the WAL, through the descriptors that are still held, into
  // the database, if that is safe. It is when nothing but the WAL's name is gone and nobody else has written to the
  // database since this connection last did. Writes to no other file.
  virtual Salvage salvage() = 0;

 protected:
  // The statement for `sql`, idle and unbound. It must take exactly `arguments` parameters.
  virtual sqlite3_stmt* prepare(std::string_view sql, std::size_t arguments) = 0;
  virtual std::int64_t run(sqlite3_stmt* statement) = 0;  // steps to the end; rows changed

 private:
  friend class Transaction;
  friend class Savepoint;
  friend class Maintenance;
  friend class Rows;
  virtual void control(Control action) = 0;
  virtual void scope_ended() noexcept = 0;                  // the Transaction went
  virtual void abandon(std::string_view why) noexcept = 0;  // every further use throws
  // The same failure; or what it comes from: tables that are not the declared ones (corrupt), a cut WAL (unreachable).
  virtual Failure explained(Failure const& failure) = 0;
  // Every row of a statement that may be a PRAGMA, as text; not cached.
  virtual std::vector<std::vector<std::string>> maintenance(std::string const& sql) = 0;

  template <class... Arguments>
  void bind_all(sqlite3_stmt* statement, Arguments const&... arguments) {
    int parameter = 0;
    (bind(statement, ++parameter, arguments), ...);
    static_cast<void>(statement);
    static_cast<void>(parameter);
  }
};

}  // namespace decapod::storage
