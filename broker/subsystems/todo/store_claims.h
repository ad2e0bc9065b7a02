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

  bool is_empty() const { return !type && !label && !priority && !parent; }
};

// How far `ready` walks the queue for what a filter lets through: a claim must find it, a reader must not hold the
// worker.
enum class Reach : std::uint8_t { whole, beginning };
inline constexpr std::int64_t kBeginning = 5'000;

// The best `limit` items that can be claimed now: open ones, deferred ones whose time has come, and claimed ones whose
// lease has ended, without an open blocker. Best: priority, due date, age, id. Reads the queue until it has enough, and
// every ended lease and every ended deferral that wake() has not moved yet; keeps no more than the best of them.
std::vector<Item> ready(Database& database, ReadyFilter const& filter, Instant const& now, std::int64_t limit,
                        Reach reach = Reach::whole);
// Items that were handed over to `actor` and that no session of theirs has taken up yet, best first. Reads the claims
// of this actor only.
std::vector<Item> handed_over(Database& database, std::string_view actor, ReadyFilter const& filter, Instant const& now,
                              std::int64_t limit);
// Whether the queue goes on beyond its beginning.
bool goes_beyond_beginning(Database& database);

// What stands between the caller and work; each is counted to 10,000.
struct NotReady {
  std::int64_t blocked = 0;
  std::int64_t claimed = 0;
  std::int64_t deferred = 0;
};
NotReady not_ready(Database& database);

// Moves items whose deferral has ended into the ready index, at most 256. Nothing that anybody sees changes: ready()
// finds them before and after, only faster.
void wake(Database& database, Timestamp now);

// Claimed items whose lease has ended, those that ended first (by the wall) first.
std::vector<Item> expired(Database& database, Instant const& now, std::int64_t limit);

// When the next lease or deferral ends, so that what a reply says about it stays true until then.
std::optional<Timestamp> next_change(Database& database, Instant const& now);

}  // namespace decapod::todo::store
