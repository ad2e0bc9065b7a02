#pragma once
// Links in the store, and the count of open blockers that they imply.

#include <decapod/todo/vocabulary.h>

#include "store.h"

namespace decapod::todo::store {

struct Edge {
  LinkKind kind = LinkKind::related;
  std::int64_t source = 0;
  std::int64_t target = 0;
};

// The same link in its stored form: `related` has no direction.
Edge stored_form(Edge edge);

bool has_link(Database& database, Edge const& edge);
// Adds it if it is not there, and counts it if it blocks; whether it was added. Does not look for cycles.
bool insert_link(Database& database, Edge const& edge, Timestamp at, std::string_view by);
bool remove_link(Database& database, Edge const& edge);

// The numbers that `source` points at, in order.
std::vector<std::int64_t> targets(Database& database, LinkKind kind, std::int64_t source);
std::optional<std::int64_t> parent(Database& database, std::int64_t number);

// Ids of the live items that block it, at most `limit`.
std::vector<std::string> open_blockers(Database& database, std::int64_t number, std::int64_t limit);

struct Waiting {
  std::int64_t number = 0;
  std::string id;
  std::int64_t open_blockers = 0;
};
// Adds `change` (1 or -1) to the count of every item that waits for `number`; returns them with their new counts.
// Called when an item begins or ceases to be live.
std::vector<Waiting> count_blocker(Database& database, std::int64_t number, int change);

}  // namespace decapod::todo::store
