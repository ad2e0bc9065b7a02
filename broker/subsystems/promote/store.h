#pragma once
// The tables of promotions. Rows as they are stored: nothing here says that they are true. Throws storage::Failure.

#include <decapod/base/digest.h>
#include <decapod/governance/statement.h>
#include <decapod/promote/queries.h>
#include <decapod/storage/database.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::promote::store {

using storage::Database;

struct Row {
  std::int64_t number = 0;
  std::string id;
  Sha256 digest;
  std::string lineage;
  std::string kind;
  std::string revision;
  std::string marker;
};

void insert(Database& database, Row const& row, std::vector<std::string> const& units);  // `row.number` is ignored

// The promotion with this id, or with the only id that begins so. not_found, ambiguous_id: with suggestions.
Result<Row> resolve(Database& database, std::string_view id);
// Newest first; `before` is a number, 0 from the newest on. Empty texts do not restrict.
struct Wanted {
  std::string_view unit;
  std::string_view kind;
  std::int64_t before = 0;
  std::int64_t limit = 1;
};
std::vector<Row> newest(Database& database, Wanted const& wanted);
// In the order of their commits, after `number`.
std::vector<Row> after(Database& database, std::int64_t number, std::int64_t limit);
std::vector<std::string> units_of(Database& database, std::int64_t number);  // sorted

struct SealRow {
  governance::Signed statement;
  std::string marker;
};
std::optional<SealRow> seal_of(Database& database, std::int64_t number);
void insert_seal(Database& database, std::int64_t number, SealRow const& seal);

}  // namespace decapod::promote::store
