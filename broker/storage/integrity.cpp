#include <decapod/storage/integrity.h>

#include "maintenance.h"

namespace decapod::storage {
namespace {

void check_structure(Database& database, IntegrityDepth depth, int limit, std::vector<std::string>& findings) {
  std::string const pragma = depth == IntegrityDepth::full ? "integrity_check" : "quick_check";
  for (auto& row : Maintenance::rows(database, "PRAGMA " + pragma + "(" + std::to_string(limit) + ")")) {
    if (row[0] != "ok") findings.push_back(std::move(row[0]));
  }
}

void check_foreign_keys(Database& database, int limit, std::vector<std::string>& findings) {
  // As a table-valued function, so that the number of rows can be bounded.
  auto const sql = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT " + std::to_string(limit);
  for (auto const& row : Maintenance::rows(database, sql)) {
    findings.push_back("row " + (row[1].empty() ? "(no rowid)" : row[1]) + " of table " + row[0] + " names a row of " +
                       row[2] + " that is not there");
  }
}

}  // namespace

std::vector<std::string> check_integrity(Database& database, IntegrityDepth depth, int limit) {
  std::vector<std::string> findings;
  try {
    check_structure(database, depth, limit, findings);
    check_foreign_keys(database, limit, findings);
  } catch (Failure const& failure) {
    // A check that cannot go on because of the damage has found it.
    if (failure.error().code != ErrorCode::corrupt) throw;
    findings.push_back(failure.what());
  }
  return findings;
}

}  // namespace decapod::storage
