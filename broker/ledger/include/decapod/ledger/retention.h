#pragma once
// What the ledger forgets: answers, never requests. A row keeps key, digest, status and marker, so that a repeated
// request is still known and never executed again; only what it was answered goes.

#include <decapod/base/clock.h>
#include <decapod/storage/database.h>

namespace decapod::ledger {

// Whether drop_replies would drop anything. Costs a look at two rows.
bool has_replies_before(storage::Database& database, Timestamp before);

// Drops stored replies of requests made before `before`, the oldest first, at most `limit` of committed requests and
// as many of refused ones. Returns how many it dropped. Inside a transaction. Throws storage::Failure.
std::size_t drop_replies(storage::Database& database, Timestamp before, std::size_t limit);

}  // namespace decapod::ledger
