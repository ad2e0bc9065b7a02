// The oracle names what is wrong: each defect that a death could leave is planted in a store by hand.

#include <catch2/catch.hpp>

#include <algorithm>

#include "killing.h"
#include "oracle.h"

using namespace decapod::test;

namespace {

// Two acknowledged items, and one that is claimed by alice; bob was refused.
struct Sample {
  Killing killing;
  TempRepository repository{TempRepository::Store::initialized, killing.program()};
  Oracle oracle{repository};

  Sample() {
    repository.set_idle(Milliseconds(0));
    write_file(repository.scratch("one.jsonl"), exported_item("x-0"));
    std::vector<Request> requests{import_request("i", "alice", repository.scratch("one.jsonl"), "x-", 1),
                                  add_request("a", "alice", "first"),
                                  add_request("b", "bob", "second"),
                                  claim_request("c", "alice", "x-0"),
                                  claim_request("d", "bob", "x-0"),
                                  dry_add_request("bob", "never")};
    auto course = ask_all(repository, requests, Manner::one_process);
    oracle.heard(std::move(requests), std::move(course));
  }

  bool names(std::string const& sql, std::string const& what) {
    auto const edited = repository.shell("sqlite3 -batch -bail .decapod/data/decapod.db \"" + sql + '"');
    INFO(edited.error);
    REQUIRE(edited.status == 0);
    auto const problems = oracle.problems();
    auto const named = std::any_of(problems.begin(), problems.end(),
                                   [&](std::string const& problem) { return problem.find(what) != std::string::npos; });
    for (auto const& problem : problems) UNSCOPED_INFO(problem);
    return named;
  }
};

}  // namespace

TEST_CASE("the oracle finds nothing wrong with a store that is right, and names what is wrong with others") {
  Sample sample;
  auto const problems = sample.oracle.problems();
  for (auto const& problem : problems) UNSCOPED_INFO(problem);
  REQUIRE(problems.empty());
  SECTION("an acknowledged request without its effect") {
    CHECK(sample.names("DELETE FROM todo_item WHERE title = 'first'", "an item 0 times"));
  }
  SECTION("an effect twice") {
    CHECK(sample.names("UPDATE todo_item SET title = 'first' WHERE title = 'second'", "an item 2 times"));
  }
  SECTION("an effect without its ledger row") {
    CHECK(sample.names("DELETE FROM ledger WHERE key = 'a'", "not in the ledger"));
  }
  SECTION("a ledger row that nobody was told of") {
    CHECK(sample.names("UPDATE ledger SET key = 'z' WHERE key = 'a'", "nobody asked for"));
  }
  SECTION("another marker than the client was told") {
    CHECK(sample.names("UPDATE ledger SET epoch = epoch + 1 WHERE key = 'b'", "acknowledged as"));
  }
  SECTION("a commit without its record") {
    CHECK(sample.names("DELETE FROM audit_mutation WHERE sequence = 2", "without its record"));
  }
  SECTION("a gap in the commits") {
    CHECK(sample.names("UPDATE audit_mutation SET sequence = 40 WHERE sequence = 2", "a gap"));
  }
  SECTION("an item that somebody else holds") {
    CHECK(sample.names("UPDATE todo_item SET holder = 'bob' WHERE id = 'x-0'", "claimed by 1"));
  }
  SECTION("a refusal that was committed after all") {
    CHECK(sample.names("UPDATE ledger SET status = 'COMMITTED', epoch = 9, commit_seq = 9 WHERE key = 'd'",
                       "refused and committed"));
  }
  SECTION("a dry run that left something") {
    CHECK(sample.names("UPDATE todo_item SET title = 'never' WHERE title = 'second'", "a dry run"));
  }
}
