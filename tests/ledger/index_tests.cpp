// The index: what leads to a record, and how little of it is written for that.

#include <decapod/ledger/agreement.h>
#include <decapod/ledger/index.h>
#include <decapod/ledger/ledger.h>
#include <decapod/ledger/trail.h>

#include <string>
#include <string_view>
#include <vector>

#include "pages.h"
#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using test::ScratchStore;

void expect_agreement(storage::Database& database) {
  compare_index(database, [](Disagreement const& found) { FAIL_CHECK(found.where << ": " << found.what); });
}

// `count` writes by alice, but every `each`-th by bob.
void write_turns(ScratchStore& store, Ledger& ledger, int count, int each) {
  store.write([&] {
    ledger.enter_transaction();
    for (int i = 1; i <= count; ++i) {
      test::commit(ledger, "k" + std::to_string(ledger.commit_seq() + 1),
                   {.actor = i % each == 0 ? "bob" : "alice", .affected = {"todo/item/t-" + std::to_string(i)}});
    }
  });
}

// As it was made before there were stretches: an entry for each record.
constexpr std::string_view kEveryRecord = R"(
DELETE FROM audit_index WHERE term LIKE 'actor:%' OR term LIKE 'db:%';
INSERT INTO audit_index SELECT 'actor:' || json_extract(body, '$.actor'), sequence FROM audit_mutation;
INSERT INTO audit_index SELECT 'db:' || json_extract(body, '$.db_id'), sequence FROM audit_mutation;
)";

std::vector<std::uint64_t> of_actor(ScratchStore& store, std::string const& actor, std::size_t limit) {
  return test::every_page(store.database(), {.actor = actor, .limit = limit});
}

}  // namespace

TEST_CASE("the entries of a record are its own, in order, each once") {
  auto record = test::record_of("k", {});
  record.affected_keys = {"todo/item/t-2", "todo/item/t-1", "todo/item/t-2"};
  CHECK(entries_of(record, 130) == std::vector<IndexEntry>{{"actor:alice", 129},
                                                           {"db:todo", 129},
                                                           {"key:todo/item/t-1", 130},
                                                           {"key:todo/item/t-2", 130},
                                                           {"op:todo.add", 130}});
}

TEST_CASE("a stretch begins with the first record after the one before it ends") {
  CHECK(first_of_stretch(1) == 1);
  CHECK(first_of_stretch(kStretch) == 1);
  CHECK(first_of_stretch(kStretch + 1) == kStretch + 1);
  CHECK(first_of_stretch(3 * kStretch) == 2 * kStretch + 1);
}

TEST_CASE("who acted and on what is written once a stretch, operation and item once a record") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  constexpr int kWrites = 3 * kStretch;
  write_turns(store, ledger, kWrites, 2);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'actor:alice'") == 3);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'actor:bob'") == 3);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'db:todo'") == 3);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'op:todo.add'") == kWrites);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term LIKE 'key:%'") == kWrites);
  expect_agreement(store.database());
}

TEST_CASE("an entry that went with its transaction is written by the next one") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.lose(ledger, [&] {
    ledger.enter_transaction();
    test::commit(ledger, "lost");
  });
  write_turns(store, ledger, 1, 2);
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'actor:alice'") == 1);
  expect_agreement(store.database());
}

TEST_CASE("a tenure that begins within a stretch goes on with it") {
  ScratchStore store;
  for (int tenure = 1; tenure <= 4; ++tenure) {
    Ledger ledger(store.database(), std::nullopt);
    write_turns(store, ledger, 25, 5);
    expect_agreement(store.database());
  }
  CHECK(store.count("SELECT count(*) FROM audit_index WHERE term = 'actor:bob'") == 2);
}

TEST_CASE("a store whose index led to every record leads to stretches once it is migrated") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  write_turns(store, ledger, 200, 90);
  auto const entries = store.count("SELECT count(*) FROM audit_index");
  store.database().script(kEveryRecord);
  REQUIRE(store.count("SELECT count(*) FROM audit_index") > 600);
  store.database().script(migrations()[1]);
  CHECK(store.count("SELECT count(*) FROM audit_index") == entries);
  expect_agreement(store.database());
  CHECK(of_actor(store, "bob", 50) == std::vector<std::uint64_t>{180, 90});
}

TEST_CASE("a store that nobody could migrate is read and judged as what it is") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  write_turns(store, ledger, 200, 3);
  auto const bobs = of_actor(store, "bob", 1000);
  REQUIRE(bobs.size() == 66);
  store.database().script(kEveryRecord);
  for (std::size_t const limit : {1U, 5U, 64U, 1000U}) CHECK(of_actor(store, "bob", limit) == bobs);
  expect_agreement(store.database());
  int found = 0;
  auto const count = [&](Disagreement const&) { ++found; };
  store.database().script("DELETE FROM audit_index WHERE term = 'actor:bob' AND sequence = 99");
  compare_index(store.database(), count);
  CHECK(found == 1);
}

TEST_CASE("an entry that leads nowhere shows no record twice, and none that is not there") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  write_turns(store, ledger, 100, 3);
  auto const bobs = of_actor(store, "bob", 1000);
  store.database().script(
      "INSERT INTO audit_index VALUES ('actor:bob', 2), ('actor:bob', -70), ('actor:bob', 0),"
      " ('actor:bob', 5000)");
  for (std::size_t const limit : {1U, 7U, 1000U}) CHECK(of_actor(store, "bob", limit) == bobs);
}

TEST_CASE("a page looks at a thousand records of stretches, too, and the next one goes on within a stretch") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  write_turns(store, ledger, 1'300, 63);
  auto const page = query_trail(store.database(), {.actor = "bob"});
  CHECK(page.examined == 1'000);
  CHECK(page.records.size() == 16);
  // The newest stretch, 1281 to 1300, has nothing of bob's.
  CHECK(page.next_before == 281);
  CHECK(of_actor(store, "bob", 50).size() == 20);
}

}  // namespace decapod::ledger
