#include <decapod/storage/migration.h>
#include <decapod/storage/schema.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>

#include "connection.h"
#include "hardening.h"
#include "maintenance.h"
#include "raise.h"
#include "sql_text.h"
#include "version_table.h"

namespace decapod::storage {
namespace {

struct Object {
  std::string type;
  std::string table;
  std::string sql;  // normalised; "" where SQLite made it by itself
  friend bool operator==(Object const&, Object const&) = default;
};
using Schema = std::map<std::string, Object>;  // by name, which is unique

constexpr char kSchema[] = "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_schema";

void add(Schema& schema, Maintenance::Table const& rows) {
  for (auto const& row : rows) schema[row[0]] = {.type = row[1], .table = row[2], .sql = without_comments(row[3])};
}

Connection empty_database() {
  sqlite3* raw = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int const code = sqlite3_open_v2(":memory:", &raw, kFlags, nullptr);
  Connection connection(raw);
  check(raw, code, "opening a database in memory");
  harden(raw);
  return connection;
}

int keep_row(void* table, int columns, char** values, char** /*names*/) {
  auto& row = static_cast<Maintenance::Table*>(table)->emplace_back();
  for (int i = 0; i < columns; ++i) row.emplace_back(values[i] != nullptr ? values[i] : "");
  return 0;
}

void run(Connection const& connection, std::string const& sql, Maintenance::Table* into) {
  int const code = sqlite3_exec(connection.get(), sql.c_str(), into != nullptr ? keep_row : nullptr, into, nullptr);
  check(connection.get(), code, "making the schema anew");
}

// Which version each subsystem has here.
std::map<std::string, int, std::less<>> applied_versions(Database& database) {
  std::map<std::string, int, std::less<>> versions;
  for (auto const& row :
       Maintenance::rows(database, "SELECT subsystem, max(version) FROM schema_version GROUP BY subsystem")) {
    versions[row[0]] = std::stoi(row[1]);
  }
  return versions;
}

Schema expected_schema(Database& database) {
  auto const versions = applied_versions(database);
  auto const connection = empty_database();
  run(connection, std::string(kVersionTable), nullptr);
  for (auto const& step : database.declared_schema()) {
    auto const applied = versions.find(step.subsystem);
    if (applied == versions.end() || step.version > applied->second) continue;
    run(connection, std::string(step.sql), nullptr);
  }
  Maintenance::Table rows;
  run(connection, kSchema, &rows);
  Schema schema;
  add(schema, rows);
  return schema;
}

std::string words_for(std::string const& name, Object const& object) {
  auto words = object.type + ' ' + name;
  if (object.type != "table" && object.type != "view") words += " on " + object.table;
  return words;
}

}  // namespace

std::vector<SchemaDifference> schema_differences(Database& database) {
  std::vector<SchemaDifference> differences;
  if (database.declared_schema().empty()) return differences;
  Schema found;
  add(found, Maintenance::rows(database, kSchema));
  // Nothing else says which steps it has.
  if (!found.contains("schema_version")) return {{"schema_version", "table schema_version is missing"}};
  auto const expected = expected_schema(database);
  for (auto const& [name, object] : expected) {
    auto const there = found.find(name);
    if (there == found.end()) {
      differences.push_back({name, words_for(name, object) + " is missing"});
    } else if (there->second != object) {
      differences.push_back({name, words_for(name, there->second) + " is not as the migrations make it"});
    }
  }
  for (auto const& [name, object] : found) {
    if (!expected.contains(name)) differences.push_back({name, words_for(name, object) + " is made by no migration"});
  }
  return differences;
}

}  // namespace decapod::storage
