#include "counter_subsystem.h"

#include <support/eventually.h>
#include <support/temp_directory.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace decapod::test {
namespace {

using contract::Context;

std::int64_t value_of(Context& context, std::string const& name) {
  auto rows = context.store().query("SELECT value FROM counter WHERE name = ?1", name);
  return rows.next() ? rows.integer(0) : 0;
}

void add_one(Context& context, std::string const& name) {
  context.store().execute(
      "INSERT INTO counter (name, value) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", name);
  context.affects("counter/name/" + name);
}

Result<AddReply> add(Context& context, Add const& request) {
  if (!request.held_by.empty()) {
    write_file(request.held_by + ".here", "");
    if (!eventually([&] { return std::filesystem::exists(request.held_by + ".go"); }))
      return fail(ErrorCode::internal, "nobody lets the handler go");
  }
  add_one(context, request.name);
  if (!request.drops_once.empty() && !std::filesystem::exists(request.drops_once)) {
    write_file(request.drops_once, "");
    context.store().execute("INSERT OR ROLLBACK INTO counter (name, value) VALUES (?1, -1)",
                            request.name + "-negative");
  }
  return AddReply{.value = value_of(context, request.name)};
}

// Statements are interrupted while it lives.
class OutOfTime {
 public:
  explicit OutOfTime(storage::Database& store) : store_(store) {
    store_.limit({.until = std::chrono::steady_clock::now()});
  }
  OutOfTime(OutOfTime const&) = delete;
  OutOfTime& operator=(OutOfTime const&) = delete;
  ~OutOfTime() { store_.limit({}); }

 private:
  storage::Database& store_;
};

Result<AddReply> fail_in_some_way(Context& context, Fail const& request) {
  auto& store = context.store();
  add_one(context, request.name);
  switch (request.way) {
    case Way::refuse:
      return fail(ErrorCode::refused, "the rule says no");
    case Way::busy:
      return fail(ErrorCode::busy, "not now");
    case Way::constraint:
      store.execute("INSERT INTO counter (name, value) VALUES (?1, -1)", request.name + "-negative");
      break;
    case Way::interrupt: {
      OutOfTime const now(store);
      store.execute(
          "INSERT INTO counter (name, value) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
          "WHERE i < 1000000) SELECT ?1 || i, i FROM n",
          request.name);
      break;
    }
    case Way::roll_back:
      store.execute("INSERT OR ROLLBACK INTO counter (name, value) VALUES (?1, -1)", request.name + "-negative");
      break;
    case Way::hide:
      try {
        store.execute("INSERT OR ROLLBACK INTO counter (name, value) VALUES (?1, -1)", request.name + "-negative");
      } catch (storage::Failure const&) {
        // As no handler may.
      }
      break;
    case Way::exception:
      throw std::runtime_error("a fault in the handler");
    case Way::outgrow:
      store.execute(
          "INSERT INTO counter (name, value) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
          "WHERE i < 700) SELECT printf('%s-%d-%.*c', ?1, i, 4000, 'x'), 0 FROM n",
          request.name);
      store.execute("UPDATE counter SET value = 1 WHERE value = 0");
      return fail(ErrorCode::refused, "the rule says no, late");
  }
  return AddReply{};
}

Result<AddReply> get(Context& context, Get const& request) {
  return AddReply{.value = value_of(context, request.name)};
}

Result<AddReply> peek(Context& context, Peek const& request) {
  if (request.lasts_ms > 0) context.valid_until(context.now().wall + Millis(request.lasts_ms));
  context.store()
      .query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT count(*) FROM n",
             request.laps)
      .next();
  if (request.name == "nobody") return fail(ErrorCode::refused, "the rule says no");
  return AddReply{.value = value_of(context, request.name)};
}

Result<AddReply> glance(Context& context, Glance const& request) {
  return peek(context, Peek{.name = request.name, .laps = request.laps});
}

Result<AddReply> load(Context& context, Load const& request) {
  add_one(context, request.name);
  std::ofstream(request.log, std::ios::app) << "run\n";
  return fail(ErrorCode::refused, "the rule says no, at the end");
}

Result<AddReply> sum(Context& context, Sum const&) {
  auto rows = context.store().query("SELECT coalesce(sum(value), 0) FROM counter");
  return AddReply{.value = rows.next() ? rows.integer(0) : 0};
}

constexpr contract::Operation kOperations[] = {contract::operation<&add>,    contract::operation<&fail_in_some_way>,
                                               contract::operation<&get>,    contract::operation<&peek>,
                                               contract::operation<&glance>, contract::operation<&load>,
                                               contract::operation<&sum>};
constexpr contract::Migration kMigrations[] = {
    {1, "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) STRICT"},
    {2, "CREATE TABLE counter_note (name TEXT PRIMARY KEY) STRICT"},
};

// Removes the chaff, one counter a step.
contract::Left sweep_chaff(storage::Database& store) {
  auto const swept =
      store.execute("DELETE FROM counter WHERE name = (SELECT min(name) FROM counter WHERE name LIKE 'chaff%')");
  return swept > 0 ? contract::Left::more : contract::Left::nothing;
}

constexpr contract::Subsystem kCounters{.name = "counter",
                                        .operations = kOperations,
                                        .migrations = std::span(kMigrations).first(1),
                                        .gates = {},
                                        .upkeep = &sweep_chaff};
constexpr contract::Subsystem kNewerCounters{
    .name = "counter", .operations = kOperations, .migrations = kMigrations, .gates = {}};

constexpr std::array kTable = {&kCounters};
constexpr std::array kNewerTable = {&kNewerCounters};

}  // namespace

broker::Directory counters() {
  return broker::Directory(kTable);
}
broker::Directory newer_counters() {
  return broker::Directory(kNewerTable);
}

}  // namespace decapod::test
