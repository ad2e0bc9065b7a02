#pragma once
// Every file of a store, computed here and nowhere else.

#include <string>
#include <string_view>

namespace decapod {

// All absolute. `directory` is mode 0700 and belongs to the user.
struct StatePaths {
  static constexpr char const* kAuditDirectory = "audit";  // below `directory`

  explicit StatePaths(std::string state_directory);

  // The exported copy of a chain of the trail ("mutations", "reads").
  std::string exported(std::string_view chain) const;
  // The same below `directory`, for whoever holds that open.
  static std::string exported_below(std::string_view chain);

  std::string directory;
  std::string leader_lock;  // flock: the election and the only sign of life; never unlinked
  std::string want_lock;    // shared by commands that wait and cannot use sockets; never unlinked
  std::string socket;       // the broker's address; only the lock holder binds, renames or unlinks it
  std::string socket_new;   // where it is bound before the rename
  std::string database;
  std::string wal;  // SQLite's; we only watch it, and look whether it has a beginning
  std::string broker_log;
  std::string audit_directory;  // of the exported trail
};

}  // namespace decapod
