#pragma once
// Ids in the store: making new ones, and finding the item that somebody meant.

#include <decapod/lookup/kind.h>
#include <decapod/todo_record/item_id.h>

#include "store.h"

namespace decapod::todo::store {

inline constexpr lookup::Kind kItems{.table = "todo_item",
                                     .counters = "todo_counter",
                                     .prefix = kIdPrefix,
                                     .key = "todo/item/",
                                     .one = "item",
                                     .many = "items"};

// An id that no item has. Store and generation key the permutation, so that two stores make different ids, and so do
// the two lines that part at a restore, and what comes after a loss.
std::string next_id(Database& database, contract::StoreFacts const& facts);
// A fencing token that no claim of this store has had, nor any of a line that a restore or a loss has ended: they rise,
// and each generation of the store has a range of its own.
std::int64_t next_token(Database& database, contract::StoreFacts const& facts);
// No token above it was ever given out, in this line of the store or in one that ended.
std::int64_t last_token(Database& database, contract::StoreFacts const& facts);
// The range of a generation begins after this one.
std::int64_t tokens_before(std::int64_t generation);

// The item with this id or with the only id that begins so, in any case, with or without "t-". ambiguous_id and
// not_found come with suggestions.
Result<Item> resolve(Database& database, std::string_view text);

}  // namespace decapod::todo::store
