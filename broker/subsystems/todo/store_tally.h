#pragma once
// How many items there are of each kind that `stats` tells apart. Whoever makes an item another kind says so here, in
// the same transaction; a gate counts again. Everything here throws storage::Failure.

#include <decapod/storage/database.h>

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace decapod::todo::store {

// In the words of the row, so that one which no enum knows is counted, too.
struct Kind {
  std::string status;
  std::string type;
  std::int64_t priority = 0;
  std::int64_t blocked = 0;  // 1: it has an open blocker
  std::int64_t asleep = 0;
  friend auto operator<=>(Kind const&, Kind const&) = default;
};

// The columns that read_kind() reads, from column `first` on, of a row of todo_item.
inline constexpr std::string_view kKindColumns = "status, type, priority, open_blockers > 0, asleep";
Kind read_kind(storage::Rows const& rows, int first = 0);

// Items of each kind; as a change: how many more, or fewer.
using Tally = std::map<Kind, std::int64_t>;

// The kind of one item, which exists.
Kind kind_of(storage::Database& database, std::int64_t number);

// A store that cannot be written is read as it is: one of before the tally has none.
bool has_tally(storage::Database& database);
// What is kept. Reads a row for each kind that there ever was: a few hundred at most.
Tally read_tally(storage::Database& database);
void change_tally(storage::Database& database, Tally const& by);
// What the items themselves say. Reads all of them, and keeps one number for each kind.
Tally count_items(storage::Database& database);

}  // namespace decapod::todo::store
