#pragma once
// Whole items in the form of export and import.

#include <decapod/todo/transfer.h>

#include "store.h"
#include "store_links.h"

namespace decapod::todo::store {

// What export prints of it: claims left out.
ItemRecord record_of(Database& database, Item const& item);

// Items whose id comes after `id`, bytewise, so that the order does not depend on case.
std::vector<ItemRecord> records_after(Database& database, std::string_view id, std::int64_t limit);

// Every stored link of a kind, as (source, target).
std::vector<std::pair<std::int64_t, std::int64_t>> all_links(Database& database, LinkKind kind);

// A link as it is stored, from the record in which item `of` lists it. `other` is the number of record.other's item.
Edge edge_of(LinkRecord const& record, std::int64_t of, std::int64_t other);

}  // namespace decapod::todo::store
