#include <decapod/crash/point.h>
#include <decapod/storage/migration.h>
#include <decapod/storage/transaction.h>

#include "maintenance.h"
#include "schema_versions.h"
#include "stand_ins.h"
#include "version_table.h"

namespace decapod::storage {
namespace {

void begin_format(Database& database) {
  Maintenance::rows(database, "PRAGMA application_id=" + std::to_string(kApplicationId));
  Maintenance::rows(database, "PRAGMA user_version=" + std::to_string(kStoreFormat));
  database.script(kVersionTable);
}

// A step that fits every store of its version does not fit this one: somebody else has been at its tables. `format` is
// the store's; 0: it is new.
void apply(Database& database, MigrationStep const& step, int format) {
  try {
    database.script(step.sql);
  } catch (Failure const& failure) {
    if (format == 0 || failure.error().code != ErrorCode::internal) throw;
    throw Failure(ErrorCode::corrupt, failure.sqlite_code(),
                  "the store does not take step " + std::to_string(step.version) + " of " +
                      std::string(step.subsystem) + ": " + failure.what());
  }
  database.execute("INSERT INTO schema_version (subsystem, version) VALUES (?1, ?2)", step.subsystem, step.version);
}

}  // namespace

Result<Migrated> apply_migrations(Database& database, std::span<MigrationStep const> steps) {
  DECAPOD_CHECK(check_steps(steps));
  DECAPOD_TRY(auto store, current_versions(database));
  DECAPOD_CHECK(check_supported(store, known_versions(steps)));
  auto const lacking = missing(steps, store);
  if (lacking.empty()) return Migrated{MigrationOutcome::nothing_to_do, std::move(store)};

  Transaction transaction(database, TransactionKind::write);
  crash::reach(crash::Point::migration_begun);
  if (store.format == 0) begin_format(database);
  for (auto const& step : lacking) {
    apply(database, step, store.format);
    crash::reach(crash::Point::migration_step_applied);
    store.subsystems[std::string(step.subsystem)] = step.version;
  }
  crash::reach(crash::Point::migration_before_commit);
  transaction.commit();
  crash::reach(crash::Point::migration_committed);
  store.format = kStoreFormat;
  return Migrated{MigrationOutcome::migrated, std::move(store)};
}

void begin_subsystem(Database& database, std::span<MigrationStep const> steps, std::string_view subsystem) {
  drop_stand_ins(database, subsystem);
  for (auto const& step : steps) {
    if (step.subsystem != subsystem) continue;
    apply(database, step, kStoreFormat);
    crash::reach(crash::Point::migration_step_applied);
  }
}

}  // namespace decapod::storage
