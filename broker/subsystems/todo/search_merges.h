#pragma once
// Keeping the search index in few parts. Every write adds a part; a search looks into each.

#include <decapod/contract/subsystem.h>

namespace decapod::todo {

// Merges parts: about 32 pages at a time, and the first page of each part that takes part. To be called when nobody
// waits.
contract::Left merge_search(storage::Database& database);

}  // namespace decapod::todo
