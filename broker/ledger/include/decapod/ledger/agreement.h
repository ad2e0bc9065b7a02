#pragma once
// Whether the ledger, the index, the epoch and the trail tell one story. For `validate`.

#include <decapod/audit/record.h>
#include <decapod/storage/database.h>

#include <functional>
#include <string>

namespace decapod::ledger {

struct Disagreement {
  std::string where;  // "mutations:17", "ledger:<request id>"
  std::string what;
};
using Found = std::function<void(Disagreement)>;

// One row for each recorded request and one record for each row: commits against the mutations, remembered refusals
// against the chain of reads; and in each pair the same operation, actor, request id, key, number, time and digest, and
// a reply that has the recorded hash, unless retention has dropped it. No mutation is of an earlier epoch than the one
// before. Reads every record once. Throws Failure.
void compare_ledger(storage::Database& database, Found const& found);

// Exactly the terms of every mutation. Reads every record once. Throws Failure.
void compare_index(storage::Database& database, Found const& found);

// The store's epoch is not behind its newest mutation's. Throws Failure.
void compare_epoch(storage::Database& database, Found const& found);

}  // namespace decapod::ledger
