#pragma once
// What is ready, and whose lease has ended: the queries behind `next`, `ready` and `reclaim`.

#include "store.h"

namespace decapod::todo::store {

// Narrows `next` and `ready`.
struct ReadyFilter {
  std::optional<ItemType> type;
  std::optional<std::string> label;
  std::optional<int> priority;         // this urgent or more
  std::optional<std::int64_t> parent;  // number
};

// The best `limit` items that can be claimed now: open ones, deferred ones whose time has come, and claimed ones whose
// lease has ended, without an open blocker. Best: priority, due date, age, id. Of ended leases and ended deferrals
// those that ended first are looked at, 256 of each.
std::vector<Item> ready(Database& database, ReadyFilter const& filter, Instant const& now, std::int64_t limit);

// Moves items whose deferral has ended into the ready index, at most 256. Nothing that anybody sees changes: ready()
// finds them before and after, only faster.
void wake(Database& database, Timestamp now);

// Claimed items whose lease has ended, those that ended first (by the wall) first.
std::vector<Item> expired(Database& database, Instant const& now, std::int64_t limit);

// When the next lease or deferral ends, so that what a reply says about it stays true until then.
std::optional<Timestamp> next_change(Database& database, Instant const& now);

}  // namespace decapod::todo::store
