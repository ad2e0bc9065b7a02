#include "opening.h"

#include <decapod/broker/engine.h>
#include <decapod/crash/point.h>
#include <decapod/storage/transaction.h>
#include <sys/stat.h>

namespace decapod::broker {

std::vector<storage::MigrationStep> all_migrations(Directory const& directory) {
  std::vector<storage::MigrationStep> migrations;
  int version = 0;
  for (auto const script : ledger::migrations()) {
    migrations.push_back({.subsystem = "ledger", .version = ++version, .sql = script});
  }
  for (auto const* subsystem : directory.subsystems()) {
    for (auto const& migration : subsystem->migrations) {
      migrations.push_back({.subsystem = subsystem->name,
                            .version = migration.version,
                            .sql = migration.sql,
                            .begin = storage::Begin::when_asked});
    }
  }
  return migrations;
}

void give_name(storage::Database& database, std::string const& store_uuid, Timestamp now) {
  {
    // A chain is bound to its store's name: a new name under old records would only hide what happened.
    auto rows = database.query("SELECT 1 FROM meta UNION ALL SELECT 1 FROM audit_mutation LIMIT 1");
    if (rows.next()) throw storage::Failure(ErrorCode::corrupt, 0, "the store has lost its name, and is not new");
  }
  storage::Transaction transaction(database, storage::TransactionKind::write);
  ledger::Ledger::make_identity(database, store_uuid, now);
  crash::reach(crash::Point::identity_before_commit);
  transaction.commit();
  crash::reach(crash::Point::identity_committed);
}

std::uint64_t inode_of(std::string const& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

std::int64_t supported_schema(Directory const& directory) {
  return storage::known_versions(all_migrations(directory)).schema();
}

}  // namespace decapod::broker
