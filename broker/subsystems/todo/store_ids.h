#pragma once
// Ids in the store: making new ones, and finding the item that somebody meant.

#include "store.h"

namespace decapod::todo::store {

// An id that no item has. `store_uuid` keys the permutation, so that two stores make different ids.
std::string next_id(Database& database, std::string_view store_uuid);
// A fencing token that no claim of this store has had: they rise strictly.
std::int64_t next_token(Database& database);

// The item with this id or with the only id that begins so, in any case, with or without "t-". ambiguous_id and
// not_found come with suggestions.
Result<Item> resolve(Database& database, std::string_view text);

}  // namespace decapod::todo::store
