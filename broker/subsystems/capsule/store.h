#pragma once
// Capsules in the store: one row each, never changed. Everything here throws storage::Failure.

#include <decapod/capsule/requests.h>
#include <decapod/contract/context.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::capsule::store {

using storage::Database;

// A row of capsule_capsule.
struct Row {
  std::int64_t number = 0;
  Sha256 hash;
  std::string document;
  Brief brief;
};

std::optional<Row> find(Database& database, std::string_view id);
// The capsule with this id, or with the only id that begins so. not_found, ambiguous_id: with suggestions.
Result<Row> resolve(Database& database, std::string_view id);

void insert(Database& database, Row const& row);  // `row.number` is ignored

struct Page {
  std::vector<Brief> capsules;
  std::optional<std::int64_t> next;  // there are more: those below this number
};
Page list(Database& database, List const& request);

// In the order of issue, after `number`; at most `limit`.
std::vector<Row> after(Database& database, std::int64_t number, std::int64_t limit);

}  // namespace decapod::capsule::store
