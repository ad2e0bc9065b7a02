#include <algorithm>
#include <map>
#include <set>

#include "engine_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using audit::Chain;
using ipc::Status;

constexpr int kGroup = 8;

// What must hold whatever happened: rows of the ledger, records and numbers agree.
void check_books(Bench& bench, std::int64_t committed) {
  CHECK(bench.count("SELECT count(*) FROM audit_mutation") == committed);
  CHECK(bench.count("SELECT count(*) FROM ledger WHERE status = 'COMMITTED'") == committed);
  CHECK(bench.count("SELECT count(DISTINCT commit_seq) FROM ledger WHERE status = 'COMMITTED'") == committed);
  CHECK(bench.count("SELECT coalesce(max(commit_seq), 0) FROM ledger") == committed);
  CHECK(bench.engine().ledger().commit_seq() == static_cast<std::uint64_t>(committed));
  auto const walked = ledger::verify_chain(bench.engine().database(), Chain::mutations, "store-1");
  CHECK_FALSE(walked.first_break.has_value());
  CHECK(walked.head == bench.engine().ledger().position().mutations);
}

bool is_remembered(Way way) {
  return way == Way::refuse || way == Way::outgrow;
}

// What a member is told that dies so, alone or in a group; and whether it is asked to try again.
struct Told {
  std::string code;
  Retry retry;
};

void check_told(ipc::Reply const& reply, Told const& told) {
  REQUIRE(reply.error.has_value());
  CHECK(reply.error->code == told.code);
  auto const code = error_code(reply.error->code);
  REQUIRE(code.has_value());
  CHECK(retry_of(*code) == told.retry);
}

Told told_of(Way way) {
  switch (way) {
    case Way::refuse:
    case Way::outgrow:
      return {"REFUSED", Retry::no};
    case Way::busy:
      return {"BUSY", Retry::yes};
    case Way::interrupt:
      return {"TIMEOUT", Retry::yes};
    case Way::constraint:
    case Way::roll_back:
    case Way::hide:
    case Way::exception:
      return {"INTERNAL", Retry::no};
  }
  return {};
}

}  // namespace

TEST_CASE("whatever one member of a group dies of, and wherever it stands, the others commit exactly once") {
  for (auto const way : reflect::enum_values<Way>) {
    for (int position = 0; position < kGroup; ++position) {
      INFO(reflect::to_text(way) << " at position " << position);
      Store store;
      Bench bench(store);
      std::vector<ipc::Request> group;
      for (int i = 0; i < kGroup; ++i) {
        auto const name = "c" + std::to_string(i);
        group.push_back(i == position ? fail_by(way, name, "k" + std::to_string(i))
                                      : add(name, "k" + std::to_string(i)));
      }
      auto const replies = bench.write_all(group);
      for (int i = 0; i < kGroup; ++i) {
        auto const& reply = replies[static_cast<std::size_t>(i)];
        CHECK(reply.status == (i == position ? Status::NOT_COMMITTED : Status::COMMITTED));
        CHECK(bench.value("c" + std::to_string(i)) == (i == position ? 0 : 1));
        if (i == position) check_told(reply, told_of(way));
      }
      CHECK(bench.engine().health() == Health::sound);
      CHECK(bench.count("SELECT count(*) FROM ledger WHERE status = 'NOT_COMMITTED'") == (is_remembered(way) ? 1 : 0));
      check_books(bench, kGroup - 1);
      bench.engine().settle();
      CHECK(bench.trail(Chain::reads).size() == 1);
    }
  }
}

TEST_CASE("what is heavy is run once for a refusal that comes after it has written, and leaves nothing") {
  Store store;
  TempDirectory const folder;
  Bench bench(store);
  auto const log = folder / "runs";
  auto const refused = bench.write(request("counter.load", {{"name", "a"}, {"log", log}}, "k1"));
  CHECK(error_of(refused) == "REFUSED");
  CHECK(read_file(log) == "run\n");
  CHECK(bench.value("a") == 0);
}

TEST_CASE("two members that each make SQLite drop the group leave the other six in the store") {
  Store store;
  Bench bench(store);
  std::vector<ipc::Request> group;
  for (int i = 0; i < kGroup; ++i) {
    auto const name = "c" + std::to_string(i);
    bool const bad = i == 2 || i == 6;
    group.push_back(bad ? fail_by(Way::roll_back, name, "k" + std::to_string(i)) : add(name, "k" + std::to_string(i)));
  }
  auto const replies = bench.write_all(group);
  CHECK(std::ranges::count(replies, Status::COMMITTED, &ipc::Reply::status) == 6);
  check_books(bench, 6);
  CHECK(bench.write(add("after", "k-after")).commit_seq == 7U);
}

TEST_CASE("a member that dies only of being in a group is done when it is run alone, be the group of two or of many") {
  auto const others = GENERATE(1, 2, 7);
  Store store;
  Bench bench(store);
  TempDirectory const scratch;
  std::vector<ipc::Request> group{request("counter.add", {{"name", "a"}, {"drops_once", scratch / "dropped"}}, "k0")};
  for (int i = 1; i <= others; ++i) group.push_back(add("b", "k" + std::to_string(i)));
  for (auto const& reply : bench.write_all(group)) CHECK(reply.status == Status::COMMITTED);
  CHECK(bench.value("a") == 1);
  CHECK(bench.value("b") == others);
  check_books(bench, others + 1);
  bench.engine().settle();
  CHECK(bench.trail(Chain::reads).empty());
}

TEST_CASE("a replay beside a member that drops the group is recorded once") {
  Store store;
  Bench bench(store);
  bench.write(add("a", "k1"));
  auto const replies = bench.write_all({add("a", "k1"), fail_by(Way::roll_back, "b", "k2"), add("c", "k3")});
  CHECK(replies[0].commit_seq == 1U);
  CHECK(replies[1].status == Status::NOT_COMMITTED);
  CHECK(replies[2].commit_seq == 2U);
  bench.engine().settle();
  auto const trail = bench.trail(Chain::reads);
  CHECK(std::ranges::count(trail, "REPLAYED counter.add") == 1);
  CHECK(trail.size() == 2);
}

TEST_CASE("a group that is lost in a tenure's first write still raises the epoch by one only") {
  Store store;
  Bench bench(store);
  auto const replies = bench.write_all({fail_by(Way::interrupt, "a", "k1"), add("b", "k2")});
  CHECK(replies[1].epoch == 1U);
  CHECK(bench.count("SELECT value FROM meta WHERE name = 'epoch'") == 1);
}

TEST_CASE("a request that failed transiently succeeds when it is repeated under its key") {
  Store store;
  Bench bench(store);
  bench.write_all({fail_by(Way::interrupt, "a", "k1"), add("b", "k2")});
  CHECK(bench.write(add("a", "k1")).status == Status::COMMITTED);
  CHECK(bench.value("a") == 1);
  check_books(bench, 2);
}

// Refusals that no handler makes, each with what the ledger keeps of it.
enum class Refused : std::uint8_t { unknown_verb, bad_arguments, late, conflict };
BOOST_DESCRIBE_ENUM(Refused, unknown_verb, bad_arguments, late, conflict)

ipc::Request refused_by(Refused why, std::string const& name, std::string const& key) {
  switch (why) {
    case Refused::unknown_verb:
      return request("counter.explode", {}, key);
    case Refused::bad_arguments:
      return request("counter.add", {{"name", 1}}, key);
    case Refused::late: {
      auto late = add(name, key);
      late.timeout_ms = 0;
      return late;
    }
    case Refused::conflict:
      return add(name, "used");
  }
  return {};
}

TEST_CASE("a member that never reaches its handler, wherever it stands, costs the others nothing") {
  std::map<Refused, Told> const told{{Refused::unknown_verb, {"UNKNOWN_VERB", Retry::no}},
                                     {Refused::bad_arguments, {"BAD_REQUEST", Retry::no}},
                                     {Refused::late, {"TIMEOUT", Retry::yes}},
                                     {Refused::conflict, {"REQUEST_ID_CONFLICT", Retry::no}}};
  for (auto const why : reflect::enum_values<Refused>) {
    for (int position = 0; position < kGroup; ++position) {
      INFO(reflect::to_text(why) << " at position " << position);
      Store store;
      Bench bench(store);
      REQUIRE(bench.write(add("before", "used")).status == Status::COMMITTED);
      std::vector<ipc::Request> group;
      for (int i = 0; i < kGroup; ++i) {
        auto const name = "c" + std::to_string(i);
        auto const key = "k" + std::to_string(i);
        group.push_back(i == position ? refused_by(why, name, key) : add(name, key));
      }
      auto const replies = bench.write_all(group);
      for (int i = 0; i < kGroup; ++i) {
        auto const& reply = replies[static_cast<std::size_t>(i)];
        CHECK(reply.status == (i == position ? Status::NOT_COMMITTED : Status::COMMITTED));
        CHECK(bench.value("c" + std::to_string(i)) == (i == position ? 0 : 1));
        if (i == position) check_told(reply, told.at(why));
      }
      CHECK(bench.count("SELECT count(*) FROM ledger WHERE status = 'NOT_COMMITTED'") == 0);
      check_books(bench, kGroup);
      // Nothing of it is remembered: under its own key it may still be done.
      if (why != Refused::conflict) {
        auto const again = bench.write(add("c" + std::to_string(position), "k" + std::to_string(position)));
        CHECK(again.status == Status::COMMITTED);
        check_books(bench, kGroup + 1);
      }
    }
  }
}

TEST_CASE("what is refused for good is answered from the ledger when it comes again, what is refused for now is run") {
  for (auto const way : reflect::enum_values<Way>) {
    INFO(reflect::to_text(way));
    Store store;
    Bench bench(store);
    auto const first = bench.write(fail_by(way, "a", "k1"));
    CHECK(first.status == Status::NOT_COMMITTED);
    check_told(first, told_of(way));
    auto const again = bench.write(fail_by(way, "a", "k1"));
    CHECK(error_of(again) == error_of(first));
    // Under the same key something else: only what is remembered stands in its way.
    auto const other = bench.write(add("a", "k1"));
    CHECK(error_of(other) == (is_remembered(way) ? "REQUEST_ID_CONFLICT" : ""));
    CHECK(bench.value("a") == (is_remembered(way) ? 0 : 1));
    bench.engine().settle();
    auto const trail = bench.trail(Chain::reads);
    CHECK(std::ranges::count(trail, "REPLAYED counter.fail") == (is_remembered(way) ? 1 : 0));
  }
}

TEST_CASE("a refusal is vouched for exactly if the ledger was asked") {
  Store store;
  Bench bench(store);
  bench.write(add("before", "used"));
  auto const vouched = [&](ipc::Request request) {
    return bench.write(std::move(request)).vouched == ipc::Vouched::yes;
  };
  CHECK_FALSE(vouched(refused_by(Refused::unknown_verb, "a", "k1")));
  CHECK_FALSE(vouched(refused_by(Refused::bad_arguments, "a", "k1")));
  CHECK(vouched(refused_by(Refused::late, "a", "k1")));
  CHECK(vouched(refused_by(Refused::conflict, "a", "k1")));
  for (auto const way : reflect::enum_values<Way>) {
    INFO(reflect::to_text(way));
    CHECK(vouched(fail_by(way, "a", "k-" + std::string(reflect::to_text(way)))));
  }
}

}  // namespace decapod::broker
