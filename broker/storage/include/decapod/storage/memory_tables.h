#pragma once
// Tables in memory beside a store that may only be read.

#include <decapod/storage/database.h>

namespace decapod::storage {

// While it lives, a connection that only reads may make and fill temporary tables, which lie in memory: SQLite's
// `query_only` refuses those as well. Nothing else keeps a statement from writing to the store meanwhile, where its
// file could be written. The constructor throws Failure.
class MemoryTables {
 public:
  explicit MemoryTables(Database& database);  // borrowed
  MemoryTables(MemoryTables const&) = delete;
  MemoryTables& operator=(MemoryTables const&) = delete;
  ~MemoryTables();

 private:
  Database& database_;
  bool only_reads_;
};

}  // namespace decapod::storage
