#include <decapod/crash/point.h>
#include <decapod/storage/migration.h>
#include <decapod/storage/transaction.h>

#include "maintenance.h"
#include "version_table.h"

namespace decapod::storage {
namespace {

constexpr int kApplicationId = 0x64637064;  // "dcpd": `file` and other programs see whose database this is

int number(Database& database, std::string const& pragma) {
  return std::stoi(Maintenance::rows(database, "PRAGMA " + pragma).at(0).at(0));
}

bool has_any_table(Database& database) {
  auto rows = database.query("SELECT 1 FROM sqlite_schema LIMIT 1");
  return rows.next();
}

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

Error too_new(std::string const& what, int store, int binary) {
  return fail(ErrorCode::store_too_new,
              "the store was written by a newer decapod: it has " + what + " " + std::to_string(store) +
                  ", this binary knows " + std::to_string(binary),
              {{"what", what}, {"store", store}, {"binary", binary}});
}

void begin_format(Database& database) {
  Maintenance::rows(database, "PRAGMA application_id=" + std::to_string(kApplicationId));
  Maintenance::rows(database, "PRAGMA user_version=" + std::to_string(kStoreFormat));
  database.script(kVersionTable);
}

// A step that fits every store of its version does not fit this one: somebody else has been at its tables.
void apply(Database& database, MigrationStep const& step, SchemaVersions const& store) {
  try {
    database.script(step.sql);
  } catch (Failure const& failure) {
    if (store.format == 0 || failure.error().code != ErrorCode::internal) throw;
    throw Failure(ErrorCode::corrupt, failure.sqlite_code(),
                  "the store does not take step " + std::to_string(step.version) + " of " +
                      std::string(step.subsystem) + ": " + failure.what());
  }
}

}  // namespace

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
  auto rows = database.query("SELECT subsystem, max(version) FROM schema_version GROUP BY subsystem");
  while (rows.next()) versions.subsystems[rows.text(0)] = static_cast<int>(rows.integer(1));
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

Result<MigrationOutcome> apply_migrations(Database& database, std::span<MigrationStep const> steps) {
  DECAPOD_CHECK(check_steps(steps));
  DECAPOD_TRY(auto const store, current_versions(database));
  DECAPOD_CHECK(check_supported(store, known_versions(steps)));
  if (store == known_versions(steps)) return MigrationOutcome::nothing_to_do;

  Transaction transaction(database, TransactionKind::write);
  crash::reach(crash::Point::migration_begun);
  if (store.format == 0) begin_format(database);
  for (auto const& step : steps) {
    auto const applied = store.subsystems.find(step.subsystem);
    if (applied != store.subsystems.end() && step.version <= applied->second) continue;
    apply(database, step, store);
    crash::reach(crash::Point::migration_step_applied);
    database.execute("INSERT INTO schema_version (subsystem, version) VALUES (?1, ?2)", step.subsystem, step.version);
  }
  crash::reach(crash::Point::migration_before_commit);
  transaction.commit();
  crash::reach(crash::Point::migration_committed);
  return MigrationOutcome::migrated;
}

}  // namespace decapod::storage
