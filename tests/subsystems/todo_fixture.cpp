#include "todo_fixture.h"

#include <decapod/storage/migration.h>
#include <subsystem.h>

namespace decapod::todo::testing {

Caller caller(std::string actor, std::string session) {
  return {std::move(actor), "--actor", std::move(session), "/"};
}

Backlog::Backlog(std::string store_uuid) : facts{.store_uuid = std::move(store_uuid)} {
  auto opened = storage::Database::open({.path = directory_ / "todo.db"});
  REQUIRE(opened);
  database = *std::move(opened);
  std::vector<storage::MigrationStep> steps;
  for (auto const& [version, sql] : subsystem.migrations) steps.push_back({"todo", version, sql});
  REQUIRE(storage::apply_migrations(*database, steps));
  // Of the ledger's tables those that the backlog reads.
  database->script(
      "CREATE TABLE audit_index (term TEXT, sequence INTEGER, PRIMARY KEY (term, sequence)) WITHOUT ROWID;"
      "CREATE TABLE audit_mutation (sequence INTEGER PRIMARY KEY, body TEXT, hash BLOB)");
  transaction_ = std::make_unique<storage::Transaction>(*database, storage::TransactionKind::write);
}

std::string Backlog::add(std::string title, int priority) {
  auto const reply = ask(&todo::add, Add{.title = std::move(title), .priority = priority});
  REQUIRE(reply);
  return reply->item.id;
}

std::int64_t Backlog::claim(std::string const& id, Caller const& who) {
  auto const reply = ask(&todo::claim, Claim{.id = id}, who);
  REQUIRE(reply);
  return reply->token;
}

void Backlog::finish(std::string const& id) {
  auto const who = caller("finisher", "f");
  claim(id, who);
  REQUIRE(ask(&todo::done, Done{.id = id}, who));
}

ItemView Backlog::show(std::string const& id, Caller const& who) {
  auto const reply = ask(&todo::show, Show{.id = id}, who);
  REQUIRE(reply);
  return reply->item;
}

std::int64_t Backlog::count(std::string_view sql) {
  auto rows = database->query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

std::string Backlog::exported() {
  auto const reply = ask(&export_items, Export{});
  REQUIRE(reply);
  std::string lines;
  for (auto const& item : reply->items) lines += to_text(codec::encode(item)) + "\n";
  return lines;
}

std::vector<Finding> Backlog::gate_findings() {
  std::vector<Finding> all;
  auto const who = caller("judge", "j");
  for (auto const& gate : subsystem.gates) {
    contract::Context context(*database, who, now, "request", facts, {});
    GateReport report;
    gate.run(context, report);
    all.insert(all.end(), report.findings.begin(), report.findings.end());
  }
  return all;
}

void Backlog::tally_anew() {
  database->execute("DELETE FROM todo_tally");
  database->execute(
      "INSERT INTO todo_tally SELECT status, type, priority, open_blockers > 0, asleep, count(*) FROM todo_item"
      " GROUP BY 1, 2, 3, 4, 5");
}

void Backlog::pass(Millis time) {
  now.wall = now.wall + time;
  now.boot.ms += time.count();
}

void Backlog::reboot() {
  now.boot_id += "-again";
  now.boot.ms = 1000;
}

}  // namespace decapod::todo::testing
