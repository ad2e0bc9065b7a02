#pragma once
// Database over a configured SQLite connection.

#include <decapod/storage/database.h>

#include "connection.h"
#include "file_identity.h"
#include "hardening.h"
#include "process_slot.h"
#include "statement_cache.h"

namespace decapod::storage {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(ProcessSlot slot, Connection connection, OpenOptions const& options);
  ~SqliteDatabase() override;

  void script(std::string_view sql) override;
  bool in_transaction() const override;
  void limit_time(std::optional<SteadyTime> until) override;
  bool still_ours() const override;
  int wal_frames() const override { return frames_; }
  void checkpoint(CheckpointMode mode) override;
  void set_on_close(OnClose on_close) override { on_close_ = on_close; }

  // For this folder's own use of the library.
  sqlite3* handle() const { return connection_.get(); }

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

  void require_usable() const;
  void require_transaction() const;
  void commit();
  void step_control(std::string_view sql);
  void sync_recovered_wal();
  bool may_checkpoint_on_close() const;

  ProcessSlot slot_;  // first: given up after the connection is closed
  OpenMode mode_;
  OnClose on_close_;
  Permit permit_ = Permit::handlers;
  Scope scope_ = Scope::none;
  std::string abandoned_;  // why; empty = usable
  std::optional<SteadyTime> until_;
  int frames_ = 0;
  Connection connection_;
  StoreFiles files_;
  StatementCache statements_;  // last: its statements go before the connection
};

}  // namespace decapod::storage
