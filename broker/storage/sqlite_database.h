#pragma once
// Database over a configured SQLite connection.

#include <decapod/storage/database.h>
#include <decapod/storage/migration.h>

#include <set>

#include "connection.h"
#include "file_identity.h"
#include "hardening.h"
#include "log_file.h"
#include "process_slot.h"
#include "statement_cache.h"

namespace decapod::storage {

// A limit, and what was seen of it when it was last looked at.
struct Watch {
  Limit limit;
  // No thread works for longer than passes on the clock: before this time `limit.worked` is not reached.
  SteadyTime look_at_work{};
  SteadyTime rest_at{};  // of statements that give way
};

// What uses the connection from one call to the next, and ends when the connection does.
class Attached {
 public:
  virtual void end() noexcept = 0;

 protected:
  ~Attached() = default;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(ProcessSlot slot, Opened opened, OpenOptions const& options);
  ~SqliteDatabase() override;

  void script(std::string_view sql) override;
  bool in_transaction() const override;
  void limit(Limit const& limit) override;
  bool still_ours() const override;
  std::int64_t rows_written() const override;
  std::int64_t row_made() const override;
  int wal_frames() const override { return frames_; }
  void checkpoint(CheckpointMode mode) override;
  void set_on_close(OnClose on_close) override { on_close_ = on_close; }
  void declare_schema(std::span<MigrationStep const> steps) override { schema_.assign(steps.begin(), steps.end()); }
  std::span<MigrationStep const> declared_schema() const override { return schema_; }
  void recover() override;
  Salvage salvage() override;
  Result<void> close();

  // For this folder's own use of the library.
  sqlite3* handle() const { return connection_.get(); }
  // Borrowed until it has ended, or is detached.
  void attach(Attached& one) { attached_.insert(&one); }
  void detach(Attached& one) { attached_.erase(&one); }
  Failure explained(Failure const& failure) override;

 protected:
  sqlite3_stmt* prepare(std::string_view sql, std::size_t arguments) override;
  std::int64_t run(sqlite3_stmt* statement) override;

 private:
  // Where this connection stands towards its transaction scope.
  enum class Scope : std::uint8_t { none, transaction, savepoint };

  void control(Control action) override;
  void scope_ended() noexcept override { scope_ = Scope::none; }
  void abandon(std::string_view why) noexcept override;
  std::vector<std::vector<std::string>> maintenance(std::string const& sql) override;

  sqlite3_stmt* get_statement(std::string_view sql);
  Failure of_other_tables(Failure const& failure);
  void check_explained(int code, std::string_view doing);
  void take_over(std::int64_t wal_bytes, WalFound found);
  bool is_sound() const;
  bool folds_on_close() const;
  bool parts_on_close() const;
  void part();
  void fold_for_good();
  void leave_prepared_log();
  void shut();
  void end_attached() noexcept;
  void require_usable() const;
  void require_transaction() const;
  void commit();
  void step_control(std::string_view sql);
  sqlite3_file& wal_file() const;
  sqlite3_file& database_file() const;
  void sync_recovered_wal(std::int64_t size);
  bool log_is_whole() const;
  void require_whole_log() const;
  // Folds what the log holds (SQLITE_CHECKPOINT_…). What cannot be read leaves the database as it is. An SQLite code.
  int fold(int how, int* in_wal, int* folded);
  bool is_rewritten() const;

  ProcessSlot slot_;  // first: given up after the files are closed
  OpenOptions options_;
  OpenMode mode_;
  OnClose on_close_;
  Permit permit_ = Permit::handlers;
  Scope scope_ = Scope::none;
  std::string abandoned_;  // why; empty = usable
  Watch watch_;
  std::int64_t page_size_ = 0;
  int frames_ = 0;
  std::vector<MigrationStep> schema_;
  bool explaining_ = false;
  bool tables_changed_ = false;  // found when a statement failed
  std::set<Attached*> attached_;
  LogFile log_file_;       // outlives the connection's files
  Connection connection_;  // nullptr when it is closed; then it is abandoned, too
  Connection parted_;      // what it was, without its files
  StoreFiles files_;
  std::optional<FileStamp> written_;  // the database as this connection left it
  StatementCache statements_;         // last: its statements go before the connection
};

}  // namespace decapod::storage
