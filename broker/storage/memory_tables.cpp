#include <decapod/storage/memory_tables.h>

#include "maintenance.h"

namespace decapod::storage {

MemoryTables::MemoryTables(Database& database)
    : database_(database), only_reads_(Maintenance::rows(database, "PRAGMA query_only").at(0).at(0) == "1") {
  if (only_reads_) Maintenance::rows(database_, "PRAGMA query_only=0");
}

MemoryTables::~MemoryTables() {
  try {
    if (only_reads_) Maintenance::rows(database_, "PRAGMA query_only=1");
  } catch (std::exception const&) {
    Maintenance::abandon(database_, "it may only be read, and cannot be kept from writing");
  }
}

}  // namespace decapod::storage
