#pragma once
// Ids in the store: making new ones, and finding the record that somebody meant.

#include <decapod/contract/context.h>
#include <decapod/lookup/kind.h>

namespace decapod::lookup {

// An id that no record of this kind has. The store keys the permutation, so that two stores make different ids; of its
// numbers each generation has two million, so that the two lines that part at a restore do not give out the same: never
// where the generations follow upon each other, and once in 512 times where the later one was drawn after a loss.
std::string next_id(storage::Database& database, Kind const& kind, contract::StoreFacts const& facts);

// The number of the record with this id or with the only id that begins so, in any case, with or without the prefix.
// ambiguous_id and not_found come with suggestions.
Result<std::int64_t> resolve(storage::Database& database, Kind const& kind, std::string_view text);

}  // namespace decapod::lookup
