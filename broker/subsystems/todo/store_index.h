#pragma once
// The search index. It is written behind the items: what an add or a comment says is indexed when it is quiet, many
// texts at a time, and a search looks through the few that are left in memory. Everything here throws storage::Failure:
// corrupt, if a counter is gone that says how far the index reaches.

#include <decapod/contract/subsystem.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace decapod::todo::store {

using storage::Database;

// Numbered in the order in which they were made, and none is ever removed: so one number says what the index has.
enum class Texts : std::uint8_t { items, comments };

// How much is indexed at a time: it ends with the text that makes it so many, or so long.
struct Portion {
  std::int64_t texts = 0;
  std::size_t bytes = 0;
};
// Some two milliseconds, for a moment in which nobody asks.
inline constexpr Portion kWhenQuiet{.texts = 64, .bytes = 32 << 10};

// The number of the last one that is indexed.
std::int64_t last_indexed(Database& database, Texts texts);
// The same as the store has it; nullopt: the counter is gone.
std::optional<std::int64_t> stored_last_indexed(Database& database, Texts texts);
// False of a store that a build of before has indexed whole, and that can only be read: it has no counters.
bool has_index_counters(Database& database);

// Indexes the next ones, oldest first.
contract::Left index_next(Database& database, Portion const& portion);

// No more of either kind are ever left, and each of them is shorter than a kilobyte.
inline constexpr std::int64_t kLeftMost = 136;
// For whoever has just made one, of `bytes`: where there is never a quiet moment, writes index what comes due. A long
// one does not wait, nor do those before it.
void index_in_turn(Database& database, Texts texts, std::int64_t number, std::size_t bytes);

// After title, description or labels of an item changed.
void reindex(Database& database, std::int64_t number);

// What search does not know yet, in temp.todo_unindexed, an index like it. Made outside of a transaction, if there is
// anything: a table that is made inside of one is a schema that has to be read again when it ends.
void make_memory_index(Database& database);
enum class Known : std::uint8_t { all, not_all };
// Inside of the transaction of a search, which empties it when it ends. all: there is nothing to be looked through.
Known fill_memory_index(Database& database);

}  // namespace decapod::todo::store
