#pragma once
// Whether a store's tables are those that its migrations make.

#include <decapod/storage/database.h>

#include <string>
#include <vector>

namespace decapod::storage {

struct SchemaDifference {
  std::string object;  // the name of the table, index, trigger or view
  std::string what;    // "table todo_item is missing"
};

// Applies the declared steps, as far as the store has them, to an empty database in memory, and compares every table,
// index, trigger and view with it. What comments say does not count. Takes a few milliseconds; touches no file. Empty
// if all is as it should be, or if nothing is declared. Throws Failure.
std::vector<SchemaDifference> schema_differences(Database& database);

}  // namespace decapod::storage
