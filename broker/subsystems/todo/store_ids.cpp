#include "store_ids.h"

#include <decapod/base/digest.h>
#include <decapod/base/suggest.h>
#include <decapod/todo_record/item_id.h>

#include <algorithm>

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kShownMatches = 5;
constexpr std::int64_t kSuggestFrom = 200;  // ids that did-you-mean looks at

// Tokens of a generation: more than anybody takes, and few enough for two million generations to be exact in JSON.
constexpr std::int64_t kTokensOfGeneration = std::int64_t{1} << 32;

// No number above it is exact in JSON, and none is ever reached.
constexpr std::int64_t kCounterMost = (std::int64_t{1} << 53) - 1;

// Where the counter stands next: after its last value, and after `floor`.
std::int64_t raise_counter(Database& database, std::string_view name, std::int64_t floor) {
  auto rows = database.query(
      "UPDATE todo_counter SET value = max(value, ?1) + 1 WHERE name = ?2 AND value BETWEEN 0 AND ?3 RETURNING value",
      floor, name, kCounterMost);
  if (!rows.next()) {
    throw storage::Failure(
        ErrorCode::corrupt, 0,
        "the backlog's counter '" + std::string(name) + "' is gone, or is no number it can have had");
  }
  auto const value = rows.integer(0);
  rows.next();
  return value;
}

bool later_than_first(contract::StoreFacts const& facts) {
  return facts.generation > 1;
}

bool exists(Database& database, std::string_view id) {
  auto rows = database.query("SELECT 1 FROM todo_item WHERE id = ?", id);
  return rows.next();
}

// '~' sorts after every byte that an id may have.
std::vector<std::string> ids_from(Database& database, std::string_view prefix, std::int64_t limit) {
  std::vector<std::string> ids;
  auto rows = database.query("SELECT id FROM todo_item WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", prefix,
                             std::string(prefix) + "~", limit);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

std::vector<std::string> latest_ids(Database& database) {
  std::vector<std::string> ids;
  auto rows = database.query("SELECT id FROM todo_item ORDER BY number DESC LIMIT ?", kSuggestFrom);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

bool has_prefix(std::string_view text) {
  return text.size() >= 2 && (text[0] == 't' || text[0] == 'T') && text[1] == '-';
}

// Ids that share the longest beginning with what was typed, and the latest ones: a slip at the front is as likely.
std::vector<std::string> suggestions(Database& database, std::string const& text) {
  auto const full = has_prefix(text) ? text : std::string(kIdPrefix) + text;
  std::vector<std::string> known = latest_ids(database);
  for (auto const& start : {text, full}) {
    for (auto length = start.size(); length > 0; --length) {
      auto const near = ids_from(database, std::string_view(start).substr(0, length), kSuggestFrom);
      known.insert(known.end(), near.begin(), near.end());
      if (!near.empty()) break;
    }
  }
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::vector<std::string_view> const views(known.begin(), known.end());
  auto found = closest(text, views);
  return found.empty() ? closest(full, views) : found;
}

Error unknown_id(Database& database, std::string const& text) {
  auto error = fail(ErrorCode::not_found, "no item '" + text + "'", {{"id", text}});
  error.suggestions = suggestions(database, text);
  return error;
}

Error ambiguous(std::string const& text, std::vector<std::string> matches) {
  bool const more = static_cast<std::int64_t>(matches.size()) > kShownMatches;
  if (more) matches.resize(kShownMatches);
  auto error =
      fail(ErrorCode::ambiguous_id,
           "'" + text + "' begins the ids of " + (more ? "more than " : "") + std::to_string(matches.size()) + " items",
           {{"id", text}});
  error.suggestions = std::move(matches);
  return error;
}

}  // namespace

std::string next_id(Database& database, contract::StoreFacts const& facts) {
  // Another order of ids in each generation: a line that a restore has ended goes on with its own.
  auto const key =
      hash128(later_than_first(facts) ? facts.store_uuid + '/' + std::to_string(facts.generation) : facts.store_uuid)
          .low;
  while (true) {
    auto id = make_id(static_cast<std::uint64_t>(raise_counter(database, "id", 0) - 1), key);
    if (!exists(database, id)) return id;  // an imported item may have it
  }
}

std::int64_t next_token(Database& database, contract::StoreFacts const& facts) {
  return raise_counter(database, "token", tokens_before(facts.generation));
}

std::int64_t last_token(Database& database, contract::StoreFacts const& facts) {
  auto rows = database.query("SELECT value FROM todo_counter WHERE name = 'token'");
  return std::max(rows.next() ? rows.integer(0) : 0, tokens_before(facts.generation));
}

std::int64_t tokens_before(std::int64_t generation) {
  return generation > 1 ? (generation - 1) * kTokensOfGeneration : 0;
}

Result<Item> resolve(Database& database, std::string_view text) {
  std::string const typed(text);
  if (!is_valid_id(text)) return unknown_id(database, typed);
  if (auto item = find_exactly(database, text)) return *std::move(item);
  auto const full = std::string(kIdPrefix) + typed;
  if (!has_prefix(text)) {
    if (auto item = find_exactly(database, full)) return *std::move(item);
  }
  auto matches = ids_from(database, text, kShownMatches + 1);
  if (!has_prefix(text)) {
    for (auto& id : ids_from(database, full, kShownMatches + 1)) matches.push_back(std::move(id));
  }
  if (matches.empty()) return unknown_id(database, typed);
  if (matches.size() > 1) return ambiguous(typed, std::move(matches));
  return *find_exactly(database, matches.front());
}

}  // namespace decapod::todo::store
