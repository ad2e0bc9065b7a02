#include <decapod/lookup/ids.h>

#include <decapod/base/digest.h>
#include <decapod/base/short_id.h>
#include <decapod/base/suggest.h>
#include <decapod/lookup/counter.h>

#include <algorithm>

namespace decapod::lookup {
namespace {

using storage::Database;

constexpr std::size_t kShownMatches = 5;
constexpr std::int64_t kSuggestFrom = 200;  // ids that did-you-mean looks at
constexpr std::size_t kIdBytes = 64;
constexpr std::uint64_t kIdsOfGeneration = std::uint64_t{1} << 21U;
// Six characters at most. Generations that share a range are of one line, whose counter goes on, but for one chance in
// so many.
constexpr std::int64_t kRanges = 512;

std::optional<std::int64_t> find_exactly(Database& database, Kind const& kind, std::string_view id) {
  auto rows = database.query("SELECT number FROM " + std::string(kind.table) + " WHERE id = ?", id);
  if (!rows.next()) return std::nullopt;
  return rows.integer(0);
}

// '~' sorts after every byte that an id may have.
std::vector<std::string> ids_from(Database& database, Kind const& kind, std::string_view prefix, std::int64_t limit) {
  std::vector<std::string> ids;
  auto rows =
      database.query("SELECT id FROM " + std::string(kind.table) + " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                     prefix, std::string(prefix) + "~", limit);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

std::vector<std::string> latest_ids(Database& database, Kind const& kind) {
  std::vector<std::string> ids;
  auto rows =
      database.query("SELECT id FROM " + std::string(kind.table) + " ORDER BY number DESC LIMIT ?", kSuggestFrom);
  while (rows.next()) ids.push_back(rows.text(0));
  return ids;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool has_prefix(Kind const& kind, std::string_view text) {
  return text.size() >= kind.prefix.size() &&
         std::ranges::equal(text.substr(0, kind.prefix.size()), kind.prefix, {}, lower, lower);
}

// Ids that share the longest beginning with what was typed, and the latest ones: a slip at the front is as likely.
std::vector<std::string> suggestions(Database& database, Kind const& kind, std::string const& text) {
  auto const full = has_prefix(kind, text) ? text : std::string(kind.prefix) + text;
  std::vector<std::string> known = latest_ids(database, kind);
  for (auto const& start : {text, full}) {
    for (auto length = start.size(); length > 0; --length) {
      auto const near = ids_from(database, kind, std::string_view(start).substr(0, length), kSuggestFrom);
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

Error unknown_id(Database& database, Kind const& kind, std::string const& text) {
  auto error = fail(ErrorCode::not_found, "no " + std::string(kind.one) + " '" + text + "'", {{"id", text}});
  error.suggestions = suggestions(database, kind, text);
  return error;
}

Error ambiguous(Kind const& kind, std::string const& text, std::vector<std::string> matches) {
  bool const more = matches.size() > kShownMatches;
  if (more) matches.resize(kShownMatches);
  auto error = fail(ErrorCode::ambiguous_id,
                    "'" + text + "' begins the ids of " + (more ? "more than " : "") + std::to_string(matches.size()) +
                        ' ' + std::string(kind.many),
                    {{"id", text}});
  error.suggestions = std::move(matches);
  return error;
}

}  // namespace

std::string next_id(Database& database, Kind const& kind, contract::StoreFacts const& facts) {
  auto const key = hash128(facts.store_uuid).low;
  // A line that a restore has ended may have gone on: its counts are its own.
  auto const range = std::max<std::int64_t>(facts.generation - 1, 0) % kRanges;
  auto const from = static_cast<std::uint64_t>(range) * kIdsOfGeneration;
  while (true) {
    auto const count = static_cast<std::uint64_t>(raise_counter(database, kind.counters, "id", 0) - 1);
    auto id = make_short_id(kind.prefix, from + count, key);
    // One that came by another way (an import, a restore) may have it.
    if (!find_exactly(database, kind, id)) return id;
  }
}

Result<std::int64_t> resolve(Database& database, Kind const& kind, std::string_view text) {
  std::string const typed(text);
  if (!is_id_text(text, kIdBytes)) return unknown_id(database, kind, typed);
  if (auto const number = find_exactly(database, kind, text)) return *number;
  auto const full = std::string(kind.prefix) + typed;
  bool const bare = !has_prefix(kind, text);
  if (bare) {
    if (auto const number = find_exactly(database, kind, full)) return *number;
  }
  constexpr auto kMost = static_cast<std::int64_t>(kShownMatches) + 1;
  auto matches = ids_from(database, kind, text, kMost);
  if (bare) {
    for (auto& id : ids_from(database, kind, full, kMost)) matches.push_back(std::move(id));
  }
  if (matches.empty()) return unknown_id(database, kind, typed);
  if (matches.size() > 1) return ambiguous(kind, typed, std::move(matches));
  return *find_exactly(database, kind, matches.front());
}

}  // namespace decapod::lookup
