#pragma once
// What the trail of mutations names.

#include <decapod/lookup/kind.h>
#include <decapod/storage/database.h>

#include <string>
#include <vector>

namespace decapod::lookup {

// A record that is not in the store although mutations named it, with the first that did.
struct Lost {
  std::string id;
  std::int64_t sequence = 0;
};
std::vector<Lost> lost_records(storage::Database& database, Kind const& kind);

}  // namespace decapod::lookup
