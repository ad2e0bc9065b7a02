#pragma once
// What the trail of mutations says about items.

#include <decapod/todo/queries.h>

#include "store.h"

namespace decapod::todo::store {

// The latest first, those before `before`, at most `limit`.
std::vector<HistoryEntry> history(Database& database, std::string_view id, std::optional<std::int64_t> before,
                                  std::int64_t limit);

}  // namespace decapod::todo::store
