#pragma once
// The door to PRAGMA for this folder's own checks and migrations; handlers have none.

#include <decapod/storage/database.h>

namespace decapod::storage {

class Maintenance {
 public:
  using Table = std::vector<std::vector<std::string>>;
  // Every row, as text (NULL = ""). Throws Failure.
  static Table rows(Database& database, std::string const& sql) { return database.maintenance(sql); }
  // Every further use of the connection throws.
  static void abandon(Database& database, std::string_view why) noexcept { database.abandon(why); }
};

}  // namespace decapod::storage
