// A store in which a subsystem was never used has none of its tables: each of them can live with that.

#include <decapod/storage/migration.h>

#include <engine_fixture.h>

#include <map>

#include "policy_fixture.h"

using namespace decapod;
using namespace decapod::policy::testing;

namespace {

using Tables = std::map<std::string, std::string>;

// What each table in that schema is, in SQL.
Tables tables_in(storage::Database& database, std::string const& schema) {
  Tables tables;
  auto rows = database.query("SELECT name, sql FROM " + schema + ".sqlite_schema WHERE type = 'table'");
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

void check_answered(std::string const& name, ipc::Reply const& reply) {
  auto const code = code_of(reply);
  INFO(name << ": " << code << ' ' << (reply.error ? reply.error->message : ""));
  CHECK(code != "CORRUPT");
  CHECK(code != "INTERNAL");
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
    stood_in = tables_in(database, "temp");
  }
  Bench used;
  auto expected = tables_in(used.engine().database(), "main");
  for (auto const* table : {"schema_version", "meta", "ledger", "audit_mutation", "audit_read", "audit_index"}) {
    CHECK(expected.erase(table) == 1);
  }
  CHECK(expected.size() > 30);
  CHECK(stood_in == expected);
}

TEST_CASE("every request is answered in a store in which nothing was done before, and a read makes no tables") {
  for (auto const* subsystem : every_subsystem()) {
    for (auto const& operation : subsystem->operations) {
      Unused made;
      auto const name = operation_name(*operation.type->verb);
      auto const before = tables_in(made.engine().database(), "main");
      auto const job = made.job(name, least_arguments(*operation.type));
      if (operation.type->verb->access == Access::read) {
        check_answered(name, made.engine().read(job).reply);
        CHECK(tables_in(made.engine().database(), "main") == before);
      } else {
        check_answered(name, made.engine().write({&job, 1}).front());
      }
    }
  }
}
