#include "schema_versions.h"

#include <algorithm>

#include "maintenance.h"

namespace decapod::storage {
namespace {

int number(Database& database, std::string const& pragma) {
  return std::stoi(Maintenance::rows(database, "PRAGMA " + pragma).at(0).at(0));
}

bool has_any_table(Database& database) {
  auto rows = database.query("SELECT 1 FROM sqlite_schema LIMIT 1");
  return rows.next();
}

Error too_new(std::string const& what, int store, int binary) {
  return fail(ErrorCode::store_too_new,
              "the store was written by a newer decapod: it has " + what + " " + std::to_string(store) +
                  ", this binary knows " + std::to_string(binary),
              {{"what", what}, {"store", store}, {"binary", binary}});
}

}  // namespace

Result<void> check_steps(std::span<MigrationStep const> steps) {
  std::map<std::string_view, int> last;
  for (auto const& step : steps) {
    if (step.version != ++last[step.subsystem]) {
      return fail(ErrorCode::internal, "the migrations of " + std::string(step.subsystem) +
                                           " do not count 1, 2, 3: found " + std::to_string(step.version));
    }
  }
  return {};
}

std::vector<MigrationStep> missing(std::span<MigrationStep const> steps, SchemaVersions const& store) {
  std::vector<MigrationStep> lacking;
  for (auto const& step : steps) {
    auto const applied = store.subsystems.find(step.subsystem);
    bool const begun = applied != store.subsystems.end();
    if (begun ? step.version > applied->second : step.begin == Begin::with_the_store) lacking.push_back(step);
  }
  return lacking;
}

int SchemaVersions::schema() const {
  int steps = 0;
  for (auto const& [subsystem, version] : subsystems) steps += version;
  return steps;
}

SchemaVersions known_versions(std::span<MigrationStep const> steps) {
  SchemaVersions versions{.format = kStoreFormat, .subsystems = {}};
  for (auto const& step : steps) versions.subsystems[std::string(step.subsystem)] = step.version;
  return versions;
}

Result<SchemaVersions> current_versions(Database& database) {
  int const owner = number(database, "application_id");
  SchemaVersions versions{.format = number(database, "user_version"), .subsystems = {}};
  if (owner != kApplicationId) {
    if (owner == 0 && versions.format == 0 && !has_any_table(database)) return versions;
    return fail(ErrorCode::corrupt, "the store's file is another program's database");
  }
  if (versions.format != kStoreFormat) return versions;
  // Every command that leads prepares this, and a GROUP BY takes longer to prepare than all of it to read.
  auto rows = database.query("SELECT subsystem, version FROM schema_version");
  while (rows.next()) {
    auto& highest = versions.subsystems[rows.text(0)];
    highest = std::max(highest, static_cast<int>(rows.integer(1)));
  }
  return versions;
}

Result<void> check_supported(SchemaVersions const& store, SchemaVersions const& binary) {
  if (store.format > binary.format) return too_new("format", store.format, binary.format);
  for (auto const& [subsystem, version] : store.subsystems) {
    auto const known = binary.subsystems.find(subsystem);
    int const highest = known == binary.subsystems.end() ? 0 : known->second;
    if (version > highest) return too_new("schema version of " + subsystem, version, highest);
  }
  return {};
}

}  // namespace decapod::storage
