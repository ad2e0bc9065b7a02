#pragma once
// A layer over SQLite's own file access that fails on demand, slows syncs down, and counts. For tests only.

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace decapod::test {

// `any`, of a fault: each of them, which is a disk that is gone.
enum class FileOperation : std::uint8_t { open, read, write, sync, truncate, remove, lock, shm_map, any };
inline constexpr std::size_t kFileOperations = 8;

enum class FileKind : std::uint8_t { any, database, wal };

enum class Repeat : std::uint8_t {
  once,
  forever,  // until clear()
  gone,     // and from then on every operation fails: the process was killed there
};

// What a failing read or write does before it says so.
enum class Halfway : std::uint8_t {
  nothing,
  half,  // half of a write is done; half of a read is, and the rest of the buffer is zero
};

// Of what somebody else does: just before the operation, or, of a write, just after it.
enum class Moment : std::uint8_t { before, after };

// The `at`-th matching operation from now (1 = the next) fails.
struct Fault {
  FileOperation operation = FileOperation::sync;
  FileKind file = FileKind::any;
  std::int64_t at = 1;
  int code = SQLITE_IOERR_FSYNC;  // what SQLite sees
  int os_error = 0;               // and the errno behind it
  Repeat repeat = Repeat::once;
  Halfway halfway = Halfway::nothing;
  Moment moment = Moment::before;  // of meanwhile()
};

struct Verdict {
  int code = SQLITE_OK;
  Halfway halfway = Halfway::nothing;
};

// Registered under name() while it lives; it must outlive every connection that uses it. One thread.
class FaultVfs {
 public:
  // Over SQLite's own file access, or over another registered layer.
  explicit FaultVfs(std::string name, sqlite3_vfs* below = sqlite3_vfs_find(nullptr));
  ~FaultVfs();
  FaultVfs(FaultVfs const&) = delete;
  FaultVfs& operator=(FaultVfs const&) = delete;

  std::string const& name() const { return name_; }

  // Replaces an earlier fault.
  void inject(Fault fault);
  // Instead of failing: what somebody else does at that operation, once.
  void meanwhile(Fault where, std::function<void()> act);
  void clear() { fault_.reset(); }
  bool fired() const { return fired_; }  // since the last inject()

  void delay_syncs(std::chrono::microseconds delay) { sync_delay_ = delay; }

  // Since the start or reset_counts(); failed ones count too.
  std::int64_t count(FileOperation operation, FileKind kind = FileKind::any) const;
  void reset_counts() { counts_ = {}; }

  // For the functions that SQLite calls: whether to go on, or what to fail with.
  Verdict enter(FileOperation operation, FileKind kind);
  void wrote();
  sqlite3_vfs* below() const { return below_; }
  int last_os_error() const { return last_os_error_; }

 private:
  std::string name_;
  sqlite3_vfs* below_;
  sqlite3_vfs vfs_{};
  std::optional<Fault> fault_;
  std::function<void()> act_;        // of meanwhile()
  std::function<void()> act_after_;  // the write that is being done
  bool fired_ = false;
  int last_os_error_ = 0;
  std::chrono::microseconds sync_delay_{0};
  std::array<std::array<std::int64_t, 3>, kFileOperations> counts_{};
};

}  // namespace decapod::test
