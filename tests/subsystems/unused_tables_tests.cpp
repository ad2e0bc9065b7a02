// A store in which a subsystem was never used has none of its tables: each of them can live with that.

#include <decapod/storage/migration.h>

#include <engine_fixture.h>

#include <algorithm>
#include <map>

#include "policy_fixture.h"

using namespace decapod;
using namespace decapod::policy::testing;

namespace {

using Tables = std::map<std::string, std::string>;

// What each table and index in that schema is, in SQL, but for those of the ledger and the trail.
Tables tables_in(storage::Database& database, std::string const& schema) {
  Tables tables;
  auto rows = database.query("SELECT name, coalesce(sql, '') FROM " + schema +
                             ".sqlite_schema WHERE tbl_name NOT IN ('schema_version', 'meta', 'ledger', "
                             "'audit_mutation', 'audit_read', 'audit_index')");
  while (rows.next()) tables[rows.text(0)] = rows.text(1);
  return tables;
}

// An engine over a store that was only made.
class Unused {
 public:
  Unused() {
    auto opened = broker::Engine::open(test::Bench::options_of(store_), directory_, store_.clock());
    if (!opened) FAIL("the engine does not open: " << opened.error().message);
    engine_ = *std::move(opened);
  }
  broker::Engine& engine() { return *engine_; }
  broker::Job job(std::string const& operation, json::object arguments) {
    auto const now = store_.clock().steady();
    return {.request = test::request(operation, std::move(arguments), random_id()),
            .arrived = now,
            .deadline = now + Millis(30'000)};
  }

 private:
  test::Store store_;
  broker::Directory directory_{every_subsystem()};
  std::unique_ptr<broker::Engine> engine_;
};

void check_answered(ipc::Reply const& reply) {
  auto const code = code_of(reply);
  INFO(code << ' ' << (reply.error ? reply.error->message : ""));
  CHECK(code != "CORRUPT");
  CHECK(code != "INTERNAL");
}

bool reads(contract::Operation const& operation) {
  return operation.type->verb->access == Access::read;
}

contract::Operation const* first_of(contract::Subsystem const& subsystem, bool (*wanted)(contract::Operation const&)) {
  auto const found = std::ranges::find_if(subsystem.operations, wanted);
  return found != subsystem.operations.end() ? &*found : nullptr;
}

}  // namespace

TEST_CASE("what stands in for a subsystem's tables is like them") {
  Tables stood_in;
  {
    Unused made;
    auto& database = made.engine().database();
    for (auto const* subsystem : every_subsystem()) {
      storage::stand_in(database, database.declared_schema(), subsystem->name);
    }
    CHECK(tables_in(database, "main").empty());
    stood_in = tables_in(database, "temp");
  }
  Bench used;
  CHECK(stood_in.size() > 70);
  CHECK(stood_in == tables_in(used.engine().database(), "main"));
}

TEST_CASE("in a store in which nothing was done every request is answered, and reads and dry runs make no tables") {
  for (auto const* subsystem : every_subsystem()) {
    for (auto const& operation : subsystem->operations) {
      Unused made;
      auto const name = operation_name(*operation.type->verb);
      INFO(name);
      auto job = made.job(name, least_arguments(*operation.type));
      if (reads(operation)) {
        check_answered(made.engine().read(job).reply);
        CHECK(tables_in(made.engine().database(), "main").empty());
        continue;
      }
      job.request.dry_run = ipc::DryRun::yes;
      check_answered(made.engine().write({&job, 1}).front());
      CHECK(tables_in(made.engine().database(), "main").empty());
      job.request.dry_run = ipc::DryRun::no;
      check_answered(made.engine().write({&job, 1}).front());
    }
  }
}

TEST_CASE("the first write of a subsystem comes behind a read of it, and a read behind that") {
  for (auto const* subsystem : every_subsystem()) {
    auto const* read = first_of(*subsystem, reads);
    auto const* write = first_of(*subsystem, [](auto const& operation) { return !reads(operation); });
    if (subsystem->migrations.empty() || read == nullptr || write == nullptr) continue;
    INFO(subsystem->name);
    Unused made;
    auto const reading = made.job(operation_name(*read->type->verb), least_arguments(*read->type));
    auto const writing = made.job(operation_name(*write->type->verb), least_arguments(*write->type));
    check_answered(made.engine().read(reading).reply);
    CHECK_FALSE(tables_in(made.engine().database(), "temp").empty());
    check_answered(made.engine().write({&writing, 1}).front());
    CHECK(tables_in(made.engine().database(), "temp").empty());
    auto const tables = tables_in(made.engine().database(), "main");
    CHECK_FALSE(tables.empty());
    for (auto const& [name, sql] : tables) CHECK(name.find(subsystem->name) != std::string::npos);
    check_answered(made.engine().read(reading).reply);
  }
}

TEST_CASE("the policy says what it would ask of each write of subsystems that were never used") {
  Unused made;
  for (auto const* subsystem : every_subsystem()) {
    for (auto const& operation : subsystem->operations) {
      if (reads(operation) || operation.warrant == contract::Warrant::signature) continue;
      auto const name = operation_name(*operation.type->verb);
      INFO(name);
      auto const asked =
          made.job("policy.eval", {{"operation", name}, {"params", json::serialize(least_arguments(*operation.type))}});
      auto const reply = made.engine().read(asked).reply;
      check_answered(reply);
      CHECK(reply.data);
    }
  }
}
