#pragma once
// Counters that never go back.

#include <decapod/storage/database.h>

namespace decapod::lookup {

// Where the row `name` of the table `counters` (name, value) stands next: after its last value, and after `floor`.
// Throws storage::Failure: corrupt, if the row is gone or has a value that it cannot have had.
std::int64_t raise_counter(storage::Database& database, std::string_view counters, std::string_view name,
                           std::int64_t floor);

}  // namespace decapod::lookup
