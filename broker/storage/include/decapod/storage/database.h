#pragma once
// The one connection to the store. Of all that ships, only this folder knows SQLite.

#include <decapod/base/clock.h>
#include <decapod/base/result.h>
#include <decapod/storage/failure.h>
#include <decapod/storage/statement.h>
#include <memory>
#include <optional>
#include <string>

namespace decapod::storage {

enum class OpenMode : std::uint8_t {
  read_write,       // creates the file if need be; WAL, EXCLUSIVE, synchronous=FULL, cache_spill=OFF
  read_wal,         // a store that cannot be written but has a WAL: mode=ro, unix-none, EXCLUSIVE
  read_immutable,   // a store that cannot be written and has no WAL
};

// What closing does with the WAL.
enum class OnClose : std::uint8_t {
  checkpoint,  // fold it into the database and truncate it
  keep_wal,    // leave it for the broker that takes over: the caller's answer does not wait for a checkpoint
};

struct OpenOptions {
  std::string path;
  OpenMode mode = OpenMode::read_write;
  OnClose on_close = OnClose::checkpoint;
  Millis busy = Millis(2000);  // how long to wait for a predecessor's SQLite lock
  std::string vfs;             // "" = SQLite's own; tests inject faults here
};

enum class CheckpointMode : std::uint8_t { passive, truncate };

// Not thread-safe; belongs to the thread that uses it. Methods throw Failure unless they return a Result.
class Database {
 public:
  static Result<std::unique_ptr<Database>> open(OpenOptions const& options);
  virtual ~Database() = default;

  // Runs a statement that returns rows. `sql` is the key of a bounded statement cache: keep the number of different
  // texts small, and never put a value into one. One execution of a given `sql` at a time.
  template <class... Arguments>
  Rows query(std::string_view sql, Arguments const&... arguments) {
    auto* statement = prepare(sql);
    bind_all(statement, arguments...);
    return Rows(statement);
  }

  // Runs a statement to its end; returns the number of rows it changed.
  template <class... Arguments>
  std::int64_t execute(std::string_view sql, Arguments const&... arguments) {
    auto* statement = prepare(sql);
    bind_all(statement, arguments...);
    return run(statement);
  }

  // Several statements without parameters: migrations.
  virtual void script(std::string_view sql) = 0;

  // False as soon as SQLite has rolled the whole transaction back on its own (full disk, interrupt, I/O error).
  virtual bool in_transaction() const = 0;

  // Statements that run past `until` are interrupted (ErrorCode::timeout). nullopt = no limit.
  virtual void limit_time(std::optional<SteadyTime> until) = 0;

  // Whether the file behind this connection, and its WAL, are still the ones at their paths. Called before every
  // acknowledgement: a commit into an unlinked WAL is lost with the process.
  virtual bool still_ours() const = 0;

  // Frames in the WAL that no checkpoint has folded in.
  virtual int wal_frames() const = 0;
  virtual void checkpoint(CheckpointMode mode) = 0;

  virtual void set_on_close(OnClose on_close) = 0;

 protected:
  virtual sqlite3_stmt* prepare(std::string_view sql) = 0;
  virtual std::int64_t run(sqlite3_stmt* statement) = 0;  // steps to the end; rows changed

 private:
  template <class... Arguments>
  void bind_all(sqlite3_stmt* statement, Arguments const&... arguments) {
    int parameter = 0;
    (bind(statement, ++parameter, arguments), ...);
  }
};

}  // namespace decapod::storage
