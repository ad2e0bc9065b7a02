// What `stats` says against a count of the items themselves, whatever was done and whatever the clocks do.
#include <decapod/storage/migration.h>
#include <store_tally.h>
#include <subsystem.h>

#include <catch2/catch.hpp>
#include <random>

#include "todo_fixture.h"

namespace decapod::todo {

// What a failed comparison prints.
std::ostream& operator<<(std::ostream& out, StatsReply const& reply) {
  return out << to_text(codec::encode(reply));
}
static bool operator==(StatsReply const& a, StatsReply const& b) {
  return codec::encode(a) == codec::encode(b);
}

namespace {

using testing::Backlog;
using testing::caller;

// The same numbers from every item, one by one.
class Naive {
 public:
  explicit Naive(Instant const& now) : now_(now) {
    for (auto const* status : {"open", "claimed", "done", "archived"}) reply_.by_status[status] = 0;
  }

  StatsReply of(Backlog& backlog) {
    auto rows = backlog.database->query(
        "SELECT status, type, priority, open_blockers, coalesce(defer_until, 0), coalesce(holder, ''),"
        " coalesce(lease_boot_id, ''), lease_boot_ms, lease_wall_ms FROM todo_item");
    while (rows.next()) add(rows);
    return reply_;
  }

 private:
  void add(storage::Rows const& row) {
    auto status = row.text(0);
    ++reply_.total;
    if (status == "claimed" && has_ended(row)) {
      status = "open";
      ++reply_.expired;
    }
    ++reply_.by_status[status];
    if (status != "open" && status != "claimed") return;
    ++reply_.by_type[row.text(1)];
    ++reply_.by_priority[row.text(2)];
    if (status == "claimed") {
      ++reply_.by_holder[row.text(5)];
    } else if (row.integer(3) > 0) {
      ++reply_.blocked;
    } else if (row.integer(4) > now_.wall.ms) {
      ++reply_.deferred;
    } else {
      ++reply_.ready;
    }
  }

  bool has_ended(storage::Rows const& row) const {
    bool const this_boot = row.text(6) == now_.boot_id && !now_.boot_id.empty();
    return this_boot ? row.integer(7) <= now_.boot.ms : row.integer(8) <= now_.wall.ms;
  }

  Instant now_;
  StatsReply reply_;
};

// A backlog to which anything may happen.
class Anything {
 public:
  explicit Anything(std::uint32_t seed) : random_(seed) {}

  void step() {
    switch (below(16)) {
      case 0:
      case 1:
        return add_one();
      case 2:
        return try_to(&claim, Claim{.id = any(), .lease_ms = soon(), .force = flag<Force>()});
      case 3:
        return try_to(&next, Next{.claim = flag<Take>(), .lease_ms = kLeaseDefault});
      case 4:
        return try_to(&renew, Renew{.id = any(), .lease_ms = soon()});
      case 5:
        return try_to(&release, Release{.id = any()});
      case 6:
        return try_to(&done, Done{.id = any()});
      case 7:
        return try_to(&reopen, Reopen{.id = any()});
      case 8:
        return try_to(&archive, Archive{.id = any()});
      case 9:
        return change();
      case 10:
      case 11:
        return try_to(&link, Link{any(), LinkKind::blocks, any()});
      case 12:
        return try_to(&unlink, Unlink{any(), LinkKind::blocks, any()});
      case 13:
        return try_to(&handoff, Handoff{.id = any(), .to = "bob", .summary = "half of it"});
      case 14:
        return flag<Expired>() == Expired::yes ? try_to(&reclaim, Reclaim{.expired = Expired::yes}) : bring_back();
      default:
        return turn_clocks();
    }
  }

  // What was said stays true until it says so.
  void check() {
    auto const said = backlog.ask(&stats, Stats{});
    REQUIRE(said);
    REQUIRE(*said == Naive(backlog.now).of(backlog));
    auto const lasts = backlog.valid_until ? *backlog.valid_until - backlog.now.wall : Millis(1'000'000'000);
    REQUIRE(lasts > Millis(0));
    auto later = backlog.now;
    auto const passed = Millis(std::uniform_int_distribution<std::int64_t>(0, lasts.count() - 1)(random_));
    later.wall = later.wall + passed;
    later.boot.ms += passed.count();
    REQUIRE(*said == Naive(later).of(backlog));
  }

  Backlog backlog;

 private:
  int below(int n) { return std::uniform_int_distribution(0, n - 1)(random_); }
  template <class Flag>
  Flag flag() {
    return below(2) == 0 ? Flag::no : Flag::yes;
  }
  std::string any() {
    return ids_.empty() ? "t-none" : ids_[static_cast<std::size_t>(below(static_cast<int>(ids_.size())))];
  }
  Millis soon() { return Millis(1'000 * (1 + below(60))); }
  std::optional<Timestamp> some_time() {
    if (below(2) == 0) return std::nullopt;
    return backlog.now.wall + Millis(1'000 * (below(60) - 10));
  }

  // Many of these are refused: that changes nothing either.
  template <class Request>
  void try_to(Result<typename Request::Reply> (*handler)(contract::Context&, Request const&), Request const& request) {
    if (!backlog.ask(handler, request)) ++refused_;
  }

  void add_one() {
    Add request{.title = "x", .type = below(2) == 0 ? ItemType::bug : ItemType::task, .priority = below(5)};
    request.defer_until = some_time();
    if (!ids_.empty() && below(3) == 0) request.blocked_by = {any()};
    auto const added = backlog.ask(&add, request);
    if (added) ids_.push_back(added->item.id);
  }

  void change() {
    Edit request{.id = any(), .type = below(2) == 0 ? ItemType::bug : ItemType::epic, .priority = below(5)};
    request.defer_until = some_time();
    if (!request.defer_until && below(2) == 0) request.clear = {Clearable::defer_until};
    try_to(&edit, request);
  }

  // An import over what is there, from an export of it as it was.
  void bring_back() {
    if (below(4) == 0 || exported_.empty()) {
      auto const now = backlog.ask(&export_items, Export{});
      REQUIRE(now);
      exported_ = now->items;
      return;
    }
    try_to(&import_items, Import{.file = "-", .on_conflict = OnConflict::update, .items = exported_});
  }

  void turn_clocks() {
    auto const kind = below(8);
    if (kind == 0) return backlog.reboot();
    if (kind == 1) {
      backlog.now.wall = backlog.now.wall + Millis(-below(40'000));
      return;
    }
    backlog.pass(Millis(below(40'000)));
  }

  std::mt19937 random_;
  std::vector<std::string> ids_;
  std::vector<ItemRecord> exported_;
  int refused_ = 0;
};

}  // namespace

TEST_CASE("statistics agree with a count of the items, whatever was done and whatever the clocks do") {
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  INFO("seed " << seed);
  for (std::uint32_t round = 0; round < 6; ++round) {
    Anything anything(seed + round);
    for (int i = 0; i < 300; ++i) {
      anything.step();
      anything.check();
    }
    CHECK(anything.backlog.gate_findings().empty());
  }
}

// What the statement of the next case makes, one item after the other.
store::Tally counted_by_hand(std::int64_t items) {
  store::Tally tally;
  for (std::int64_t i = 0; i < items; ++i) {
    store::Kind const kind{.status = i % 7 != 0 ? "open" : "done",
                           .type = i % 3 != 0 ? "task" : "bug",
                           .priority = i % 5,
                           .blocked = i % 4 > 0 ? 1 : 0,
                           .asleep = i % 11 == 0 ? 1 : 0};
    ++tally[kind];
  }
  return tally;
}

TEST_CASE("the tally of a store of before says what its items say") {
  test::TempDirectory const directory;
  auto opened = storage::Database::open({.path = directory / "todo.db"});
  REQUIRE(opened);
  auto& database = **opened;
  std::vector<storage::MigrationStep> steps;
  for (auto const& [version, sql] : subsystem.migrations) steps.push_back({"todo", version, sql});
  REQUIRE(storage::apply_migrations(database, std::span(steps).first(2)));
  database.script(
      "INSERT INTO todo_item (id, title, type, priority, status, live, open_blockers, due_rank, defer_until, asleep,"
      " created_at, created_by, updated_at)"
      " WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)"
      " SELECT 'x-' || i, 'x', iif(i % 3, 'task', 'bug'), i % 5, iif(i % 7, 'open', 'done'), i % 7 > 0, i % 4,"
      " 9223372036854775807, iif(i % 11, NULL, i), i % 11 = 0, i, 'x', i FROM n");
  REQUIRE(storage::apply_migrations(database, steps));
  auto const tally = store::read_tally(database);
  CHECK(tally == counted_by_hand(5000));
  CHECK(tally.size() > 30);
}

TEST_CASE("a store of before the tally that cannot be brought up to date is counted, and looked at as ever") {
  Backlog backlog;
  backlog.finish(backlog.add("finished"));
  REQUIRE(backlog.ask(&add, Add{.title = "asleep", .defer_until = backlog.now.wall + Millis(1'000)}));
  backlog.claim(backlog.add("claimed"), caller("bob", "b"));
  backlog.database->script(
      "DROP TABLE todo_tally; DROP INDEX todo_item_deferral; DROP INDEX todo_item_claimed_deferral");
  CHECK(*backlog.ask(&stats, Stats{}) == Naive(backlog.now).of(backlog));
  CHECK(backlog.valid_until == backlog.now.wall + Millis(1'000));
  CHECK(backlog.ask(&list, List{}));
  CHECK(backlog.ask(&ready, Ready{}));
  CHECK(backlog.gate_findings().empty());
}

TEST_CASE("what is asked of deferrals is found by their index") {
  Backlog backlog;
  auto const plan_of = [&](std::string const& sql) {
    auto rows = backlog.database->query("EXPLAIN QUERY PLAN " + sql);
    std::string plan;
    while (rows.next()) plan += rows.text(3) + '\n';
    return plan;
  };
  auto const by_deferral = Catch::Contains("COVERING INDEX todo_item_deferral (asleep=? AND defer_until");
  for (std::string const which : {"asleep = 1 AND defer_until <= 5", "asleep = 0 AND defer_until > 5"}) {
    CHECK_THAT(
        plan_of("SELECT count(*) FROM (SELECT 1 FROM todo_item WHERE status = 'open' AND open_blockers = 0 AND " +
                which + " LIMIT 9)"),
        by_deferral);
  }
  CHECK_THAT(plan_of("SELECT min(defer_until) FROM todo_item WHERE"
                     " status = 'open' AND open_blockers = 0 AND asleep = 0 AND defer_until > 5"),
             by_deferral);
  CHECK_THAT(plan_of("SELECT min(defer_until) FROM todo_item WHERE status = 'claimed' AND asleep = 0 AND"
                     " defer_until > 5"),
             Catch::Contains("INDEX todo_item_claimed_deferral (defer_until"));
}

TEST_CASE("a deferral that lies ahead again bounds what is said of an item whose lease has ended") {
  Backlog backlog;
  auto const id = backlog.add("put off");
  REQUIRE(backlog.ask(&edit, Edit{.id = id, .defer_until = backlog.now.wall + Millis(1'000)}));
  backlog.pass(Millis(2'000));
  REQUIRE(backlog.ask(&claim, Claim{.id = id, .lease_ms = Millis(1'000)}));
  backlog.pass(Millis(2'000));
  backlog.now.wall = backlog.now.wall + Millis(-3'500);
  auto const said = backlog.ask(&stats, Stats{});
  REQUIRE(said);
  CHECK(said->expired == 1);
  CHECK(said->deferred == 1);
  CHECK(backlog.valid_until == backlog.now.wall + Millis(500));
}

TEST_CASE("statistics of more claims than are looked at say so, and are as near as those that are") {
  Backlog backlog;
  auto const claims = GENERATE(5'000, 5'001);
  auto const blocked_one = backlog.add("blocked and let go");
  REQUIRE(backlog.ask(&link, Link{backlog.add("blocker", 0), LinkKind::blocks, blocked_one}));
  REQUIRE(backlog.ask(&claim, Claim{.id = blocked_one, .lease_ms = Millis(1'000), .force = Force::yes}));
  backlog.database->execute(
      "INSERT INTO todo_item (id, title, type, priority, status, live, due_rank, created_at, created_by, updated_at,"
      " token, holder, session, claimed_at, lease_boot_id, lease_boot_ms, lease_wall_ms)"
      " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
      " SELECT 'x-' || i, 'x', 'task', 1, 'claimed', 1, 9223372036854775807, 1, 'crowd', 1, i, 'carol', 's', 1, ?2, ?3,"
      " ?4 FROM n",
      claims, backlog.now.boot_id, backlog.now.boot.ms + 2'000, backlog.now.wall.ms + 2'000);
  backlog.tally_anew();
  auto before = *backlog.ask(&stats, Stats{});
  CHECK(before.counted == (claims > 5'000 ? Counted::at_least : Counted::exactly));
  CHECK(before.by_status["claimed"] == claims);
  CHECK(before.by_holder["carol"] == 4'999);
  backlog.pass(Millis(1'500));
  before = *backlog.ask(&stats, Stats{});
  CHECK(before.expired == 1);
  CHECK(before.blocked == 1);
  backlog.pass(Millis(1'500));
  auto const after = *backlog.ask(&stats, Stats{});
  CHECK(after.expired == 5'000);
  CHECK(after.counted == before.counted);
  CHECK(after.by_status.at("claimed") == claims - 5'000);
}

TEST_CASE("what people look at all day may be shared, and so joins and is cached") {
  for (auto const& verb : {List::verb, Ready::verb, Search::verb, Stats::verb}) {
    INFO(verb.name);
    CHECK(verb.sharing == Sharing::shared);
    CHECK(verb.weight == Weight::light);
  }
}

}  // namespace decapod::todo
