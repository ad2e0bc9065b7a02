#include "handler_store.h"

#include <decapod/storage/migration.h>

namespace decapod::test {

Caller caller(std::string actor, std::string session) {
  return {std::move(actor), "--actor", std::move(session), "/"};
}

HandlerStore::HandlerStore(contract::Subsystem const& subsystem, std::string_view besides, std::string store_uuid)
    : facts{.store_uuid = std::move(store_uuid)}, subsystem_(subsystem) {
  auto opened = storage::Database::open({.path = directory_ / "store.db"});
  REQUIRE(opened);
  database = *std::move(opened);
  std::vector<storage::MigrationStep> steps;
  for (auto const& [version, sql] : subsystem.migrations) steps.push_back({subsystem.name, version, sql});
  REQUIRE(storage::apply_migrations(*database, steps));
  database->script(besides);
  transaction_ = std::make_unique<storage::Transaction>(*database, storage::TransactionKind::write);
}

std::int64_t HandlerStore::count(std::string_view sql) {
  auto rows = database->query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

std::vector<Finding> HandlerStore::gate_findings() {
  std::vector<Finding> all;
  auto const who = caller("judge", "j");
  for (auto const& gate : subsystem_.gates) {
    contract::Context context(*database, who, now, "request", facts, {});
    GateReport report;
    gate.run(context, report);
    all.insert(all.end(), report.findings.begin(), report.findings.end());
  }
  return all;
}

std::vector<std::string> HandlerStore::gate_codes() {
  std::vector<std::string> codes;
  for (auto const& finding : gate_findings()) codes.push_back(finding.code);
  return codes;
}

void HandlerStore::pass(Millis time) {
  now.wall = now.wall + time;
  now.boot.ms += time.count();
}

}  // namespace decapod::test
