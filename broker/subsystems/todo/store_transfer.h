#pragma once
// Whole items in the form of export and import.

#include <decapod/todo/transfer.h>

#include "store.h"
#include "store_links.h"

namespace decapod::todo::store {

// What export prints of it: claims left out.
ItemRecord record_of(Database& database, Item const& item);

std::int64_t count_after(Database& database, std::string_view id, std::int64_t limit);
// Ordered by id (bytewise, so that the order does not depend on case folding).
std::vector<ItemRecord> records_after(Database& database, std::string_view id, std::int64_t limit);

struct Arcs {
  std::vector<std::pair<std::int64_t, std::int64_t>> source_target;
};
Arcs all_links(Database& database, LinkKind kind);

// Removes every link that record_of() lists with this item.
void clear_links(Database& database, std::int64_t number);

}  // namespace decapod::todo::store
