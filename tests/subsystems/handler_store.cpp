#include "handler_store.h"

#include <decapod/storage/migration.h>

namespace decapod::test {

Caller caller(std::string actor, std::string session) {
  return {std::move(actor), "--actor", std::move(session), "/"};
}

namespace {

constexpr std::string_view kBesides =
    "CREATE TABLE audit_index (term TEXT, sequence INTEGER, PRIMARY KEY (term, sequence)) WITHOUT ROWID;"
    "CREATE TABLE audit_mutation (sequence INTEGER PRIMARY KEY, body TEXT, hash BLOB);"
    "CREATE TABLE audit_read (sequence INTEGER PRIMARY KEY, body TEXT, hash BLOB);"
    "CREATE TABLE test_commit (sequence INTEGER PRIMARY KEY, epoch INTEGER, actor TEXT, at INTEGER);"
    "CREATE TABLE test_commit_key (sequence INTEGER, key TEXT)";

std::optional<contract::Commit> commit_in(contract::Context& context, std::string_view which, auto const& value) {
  contract::Commit commit;
  {
    auto rows =
        context.store().query("SELECT epoch, sequence, actor, at FROM test_commit WHERE " + std::string(which), value);
    if (!rows.next()) return std::nullopt;
    commit.marker = {static_cast<std::uint64_t>(rows.integer(0)), static_cast<std::uint64_t>(rows.integer(1))};
    commit.actor = rows.text(2);
    commit.at = rows.time(3);
  }
  auto rows = context.store().query("SELECT key FROM test_commit_key WHERE sequence = ?", commit.marker.commit_seq);
  while (rows.next()) commit.affected_keys.push_back(rows.text(0));
  return commit;
}

std::optional<contract::Commit> commit_at(contract::Context& context, Marker marker) {
  auto commit = commit_in(context, "sequence = ?", marker.commit_seq);
  return commit && commit->marker == marker ? commit : std::nullopt;
}

std::optional<contract::Commit> last_commit(contract::Context& context, std::string_view key) {
  return commit_in(context, "sequence = (SELECT max(sequence) FROM test_commit_key WHERE key = ?)", key);
}

constexpr contract::CommitLog kCommits{.at = &commit_at, .last = &last_commit};
constexpr contract::Subsystem kLog{.name = "log", .commits = &kCommits};

}  // namespace

HandlerStore::HandlerStore(contract::Subsystem const& subsystem, std::string store_uuid)
    : facts{.store_uuid = std::move(store_uuid), .epoch = 3}, subsystems{&subsystem, &kLog}, subsystem_(subsystem) {
  auto opened = storage::Database::open({.path = directory_ / "store.db"});
  REQUIRE(opened);
  database = *std::move(opened);
  std::vector<storage::MigrationStep> steps;
  for (auto const& [version, sql] : subsystem.migrations) steps.push_back({subsystem.name, version, sql});
  REQUIRE(storage::apply_migrations(*database, steps));
  database->script(kBesides);
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
    contract::Context context(*database, who, now, "request", facts, contract::Subsystems::used(subsystems));
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

void HandlerStore::commit(Caller const& who) {
  ++facts.commit_seq;
  database->execute("INSERT INTO test_commit VALUES (?, ?, ?, ?)", facts.commit_seq, facts.epoch, who.actor, now.wall);
  for (auto const& key : affected)
    database->execute("INSERT INTO test_commit_key VALUES (?, ?)", facts.commit_seq, key);
}

void HandlerStore::pass(Millis time) {
  now.wall = now.wall + time;
  now.boot.ms += time.count();
}

}  // namespace decapod::test
