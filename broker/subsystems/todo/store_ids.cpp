#include "store_ids.h"

#include <decapod/lookup/counter.h>
#include <decapod/lookup/ids.h>

#include <algorithm>

namespace decapod::todo::store {
namespace {

// Tokens of a generation: more than anybody takes, and few enough for two million generations to be exact in JSON.
constexpr std::int64_t kTokensOfGeneration = std::int64_t{1} << 32;

}  // namespace

std::string next_id(Database& database, contract::StoreFacts const& facts) {
  return lookup::next_id(database, kItems, facts);
}

std::int64_t next_token(Database& database, contract::StoreFacts const& facts) {
  return lookup::raise_counter(database, kItems.counters, "token", tokens_before(facts.generation));
}

std::int64_t last_token(Database& database, contract::StoreFacts const& facts) {
  auto rows = database.query("SELECT value FROM todo_counter WHERE name = 'token'");
  return std::max(rows.next() ? rows.integer(0) : 0, tokens_before(facts.generation));
}

std::int64_t tokens_before(std::int64_t generation) {
  return generation > 1 ? (generation - 1) * kTokensOfGeneration : 0;
}

Result<Item> resolve(Database& database, std::string_view text) {
  // Nearly everybody names a whole id: one question instead of two.
  if (auto item = find_exactly(database, text)) return *std::move(item);
  DECAPOD_TRY(auto const number, lookup::resolve(database, kItems, text));
  return *find(database, number);
}

}  // namespace decapod::todo::store
