#include "stand_ins.h"

#include <decapod/storage/memory_tables.h>
#include <decapod/storage/migration.h>

#include <algorithm>
#include <utility>

#include "maintenance.h"

namespace decapod::storage {
namespace {

// What a step makes, made among the temporary tables: there the same names hide nothing and are found without a change
// to the statements. An index goes where its table is.
constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
    {"CREATE TABLE ", "CREATE TEMP TABLE "},
    {"CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp."},
};

void put_elsewhere(std::string& line) {
  for (auto const& [here, there] : kElsewhere) {
    if (line.starts_with(here)) line.replace(0, here.size(), there);
  }
}

std::string made_elsewhere(std::string_view sql) {
  std::string script;
  while (!sql.empty()) {
    auto const end = std::min(sql.find('\n'), sql.size() - 1) + 1;
    std::string line(sql.substr(0, end));
    put_elsewhere(line);
    script += line;
    sql.remove_prefix(end);
  }
  return script;
}

}  // namespace

std::vector<std::string> tables_in(Database& database) {
  std::vector<std::string> tables;
  auto rows = database.query("SELECT name FROM main.sqlite_schema WHERE type = 'table'");
  while (rows.next()) tables.push_back(rows.text(0));
  return tables;
}

bool is_table_of(std::string_view subsystem, std::string_view table) {
  if (!table.starts_with(subsystem)) return false;
  return table.size() == subsystem.size() || table[subsystem.size()] == '_';
}

void stand_in(Database& database, std::span<MigrationStep const> steps, std::string_view subsystem) {
  MemoryTables const in_memory(database);
  drop_stand_ins(database, subsystem);  // of an attempt that failed half-way
  for (auto const& step : steps) {
    if (step.subsystem == subsystem) database.script(made_elsewhere(step.sql));
  }
}

void drop_stand_ins(Database& database, std::string_view subsystem) {
  // A search index first: it takes the tables along that it keeps its words in.
  auto const tables = Maintenance::rows(database,
                                        "SELECT name FROM temp.sqlite_schema WHERE type = 'table'"
                                        " ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'");
  for (auto const& row : tables) {
    if (is_table_of(subsystem, row.at(0))) database.script("DROP TABLE IF EXISTS temp." + row.at(0));
  }
}

}  // namespace decapod::storage
