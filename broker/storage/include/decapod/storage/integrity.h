#pragma once
// Whether the file is sound, as SQLite itself judges it. What was lost with a WAL does not show here: compare the
// ledger, the effects and the audit trail for that.

#include <decapod/storage/database.h>

#include <string>
#include <vector>

namespace decapod::storage {

enum class IntegrityDepth : std::uint8_t {
  quick,  // structure only: about 1 s per GB
  full,   // and that every index agrees with its table: twice as long
};

// What is wrong, at most `limit` sentences from each of the two checks (structure, foreign keys); empty = sound.
// Obeys Database::limit; throws Failure (timeout), but damage that ends a check is a finding.
std::vector<std::string> check_integrity(Database& database, IntegrityDepth depth, int limit = 20);

}  // namespace decapod::storage
