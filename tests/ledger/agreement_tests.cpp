// The ledger, the index and the epoch beside the trail: what an edit of one of them looks like. The edits are made with
// SQL, as an intruder would.

#include <decapod/ledger/agreement.h>

#include <algorithm>
#include <vector>

#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using Finds = std::vector<std::string>;  // "where: what"

// Three commits and one remembered refusal, "no".
class Told {
 public:
  Told() {
    Ledger ledger(store_.database(), std::nullopt);
    store_.write([&] {
      ledger.enter_transaction();
      for (auto const* key : {"a", "b", "c"}) {
        test::commit(ledger, key, {.affected = {"todo/item/t-1", "todo/item/t-1"}});
      }
      auto record = test::record_of("no", {});
      record.status = audit::Status::NOT_COMMITTED;
      auto const digest = digest_of("todo.add", "{}", "alice");
      ledger.refuse({.key = "no", .digest = digest, .operation = "todo.add", .record = record}, "refused");
      seal(record, digest, "refused");
      ledger.append_read(record);
      ledger.append_read(test::record_of("some read", {}));
    });
  }
  void edit(std::string_view sql) { store_.database().script(sql); }
  Finds finds(void (*compare)(storage::Database&, Found const&)) {
    Finds all;
    compare(store_.database(), [&](Disagreement const& found) { all.push_back(found.where + ": " + found.what); });
    return all;
  }
  storage::Database& database() { return store_.database(); }

 private:
  test::ScratchStore store_;
};

}  // namespace

TEST_CASE("an untouched store tells one story, also after replies were dropped") {
  Told store;
  store.edit("UPDATE ledger SET reply = NULL WHERE key IN ('a', 'no')");
  CHECK(store.finds(&compare_ledger) == Finds{});
  CHECK(store.finds(&compare_index) == Finds{});
  CHECK(store.finds(&compare_epoch) == Finds{});
}

TEST_CASE("an edit of any column of a ledger row is named, and nothing else is") {
  auto const [change, what] = GENERATE(table<std::string, std::string>({
      {"operation = 'todo.edit'", "operation 'todo.edit' in the ledger, 'todo.add' in the trail"},
      {"actor = 'mallory'", "actor 'mallory' in the ledger, 'alice' in the trail"},
      {"request_id = 'x'", "request id 'x' in the ledger, 'request-b' in the trail"},
      {"status = 'NOT_COMMITTED'", "outcome 'NOT_COMMITTED' in the ledger, 'COMMITTED' in the trail"},
      {"digest = zeroblob(32)", "the digest of the request is not the recorded one"},
      {"reply = reply || ' '", "the stored reply is not the one whose hash was recorded"},
      {"commit_seq = 7", "commit sequence '7' in the ledger, '2' in the trail"},
      {"epoch = NULL", "epoch '' in the ledger, '1' in the trail"},
      {"at = 1001", "time '1001' in the ledger, '1000' in the trail"},
  }));
  Told store;
  store.edit("UPDATE ledger SET " + change + " WHERE key = 'b'");
  auto const finds = store.finds(&compare_ledger);
  CAPTURE(change);
  REQUIRE_FALSE(finds.empty());
  CHECK(finds.front() == "mutations:2: request id 'b': " + what);
  // A row that is no commit any more is missed among the refusals, too.
  CHECK(finds.size() == (change.starts_with("status") ? 2U : 1U));
}

TEST_CASE("a row that was removed, renamed or planted is named by its request id") {
  Told store;
  SECTION("removed") {
    store.edit("DELETE FROM ledger WHERE key = 'b'");
    CHECK(store.finds(&compare_ledger) == Finds{"mutations:2: the ledger has no row for request id 'b'"});
  }
  SECTION("renamed") {
    store.edit("UPDATE ledger SET key = 'z' WHERE key = 'b'");
    CHECK(store.finds(&compare_ledger) == Finds{"mutations:2: the ledger has no row for request id 'b'"});
  }
  SECTION("planted as a commit") {
    store.edit(
        "INSERT INTO ledger SELECT 'z', digest, status, epoch, commit_seq, request_id, operation, actor, at,"
        " reply FROM ledger WHERE key = 'b'");
    CHECK(store.finds(&compare_ledger) == Finds{"ledger:z: request id 'z' counts as committed, and no record says so"});
  }
  SECTION("planted as a refusal") {
    store.edit(
        "INSERT INTO ledger SELECT 'z', digest, status, epoch, commit_seq, request_id, operation, actor, at,"
        " reply FROM ledger WHERE key = 'no'");
    CHECK(store.finds(&compare_ledger) == Finds{"ledger:z: request id 'z' counts as refused, and no record says so"});
  }
  SECTION("left without its record") {
    store.edit("DELETE FROM audit_mutation WHERE sequence = 2");
    CHECK(store.finds(&compare_ledger) == Finds{"ledger:b: request id 'b' counts as committed, and no record says so"});
  }
}

TEST_CASE("a remembered refusal is bound to its record as a commit is") {
  Told store;
  SECTION("another reply") {
    store.edit("UPDATE ledger SET reply = 'granted' WHERE key = 'no'");
    CHECK(store.finds(&compare_ledger) ==
          Finds{"reads:1: request id 'no': the stored reply is not the one whose hash was recorded"});
  }
  SECTION("forgotten, so that the request would be executed") {
    store.edit("DELETE FROM ledger WHERE key = 'no'");
    CHECK(store.finds(&compare_ledger) == Finds{"reads:1: the ledger has no row for request id 'no'"});
  }
  SECTION("its record pruned, which says nothing against it") {
    store.edit("DELETE FROM audit_read WHERE sequence = 1");
    CHECK(store.finds(&compare_ledger) == Finds{});
  }
}

TEST_CASE("a read that cannot be read is the chain's matter, and hides no refusal") {
  Told store;
  store.edit("UPDATE audit_read SET body = 'scribble' WHERE sequence = 2");
  CHECK(store.finds(&compare_ledger) == Finds{});
  store.edit("UPDATE audit_read SET body = 'scribble' WHERE sequence = 1");
  CHECK(store.finds(&compare_ledger) == Finds{"ledger:no: request id 'no' counts as refused, and no record says so"});
}

TEST_CASE("a term that is missing from the index, and one that is too many, are found") {
  Told store;
  SECTION("missing") {
    store.edit("DELETE FROM audit_index WHERE term = 'key:todo/item/t-1' AND sequence = 2");
    CHECK(store.finds(&compare_index) == Finds{"mutations:2: the index does not lead to it from 'key:todo/item/t-1'"});
  }
  SECTION("one too many") {
    store.edit("INSERT INTO audit_index VALUES ('actor:bob', 2)");
    CHECK(store.finds(&compare_index) == Finds{"audit_index: 1 entry leads to a record that does not have it"});
  }
  SECTION("too many") {
    store.edit("INSERT INTO audit_index VALUES ('actor:bob', 2), ('actor:alice', 99)");
    CHECK(store.finds(&compare_index) == Finds{"audit_index: 2 entries lead to records that do not have them"});
  }
}

TEST_CASE("an epoch behind the newest mutation is found, and the next tenure goes on above both") {
  Told store;
  {
    Ledger second(store.database(), std::nullopt);
    storage::Transaction transaction(store.database(), storage::TransactionKind::write);
    second.enter_transaction();
    test::commit(second, "d");
    transaction.commit();
  }
  store.edit("UPDATE meta SET value = 1 WHERE name = 'epoch'");
  CHECK(store.finds(&compare_epoch) ==
        Finds{"meta: the store says epoch 1, and its newest mutation was made in a later one"});

  Ledger third(store.database(), std::nullopt);
  CHECK(third.epoch_behind() == 1U);
  auto const position = third.position();
  {
    storage::Transaction lost(store.database(), storage::TransactionKind::write);
    third.check_epoch();  // found low, it is still the one that is there: nobody is fenced
    third.enter_transaction();
    test::commit(third, "e");
  }
  third.restore(position, Epoch::as_found);
  CHECK(third.epoch_behind() == 1U);
  {
    storage::Transaction transaction(store.database(), storage::TransactionKind::write);
    third.enter_transaction();
    CHECK(test::commit(third, "e") == Marker{3, 5});
    transaction.commit();
  }
  CHECK(third.epoch_behind() == std::nullopt);
  CHECK(store.finds(&compare_epoch) == Finds{});
  CHECK(store.finds(&compare_ledger) == Finds{});
}

TEST_CASE("an epoch that no leader has written counts as none") {
  Told store;
  auto const epoch = Ledger(store.database(), std::nullopt).epoch();
  auto const* const none = GENERATE("9007199254740991", "9223372036854775808", "18446744073709551615", "-1", "null");
  store.edit("UPDATE audit_mutation SET body = replace(body, '\"epoch\":1', '\"epoch\":" + std::string(none) +
             "') WHERE sequence = (SELECT max(sequence) FROM audit_mutation)");
  CHECK(Ledger(store.database(), std::nullopt).epoch() == epoch);
}

TEST_CASE("a mutation of an epoch before its predecessor's is found") {
  Told store;
  store.edit(
      "UPDATE audit_mutation SET body = replace(body, '\"epoch\":1', '\"epoch\":5') WHERE sequence = 2;"
      "UPDATE meta SET value = 5 WHERE name = 'epoch'");
  auto const finds = store.finds(&compare_ledger);
  CHECK(std::ranges::count(finds, "mutations:3: it was made in epoch 1, after one of epoch 5") == 1);
}

TEST_CASE("a mutation that calls itself by another number than its own is found") {
  Told store;
  store.edit(
      "UPDATE audit_mutation SET body = replace(body, '\"commit_seq\":2', '\"commit_seq\":7') WHERE sequence = 2");
  auto const finds = store.finds(&compare_ledger);
  CHECK(std::ranges::count(finds, "mutations:2: it calls itself number 7") == 1);
}

TEST_CASE("a row that no ledger wrote answers no repetition") {
  Told store;
  auto const change = GENERATE(as<std::string>{}, "digest = x'00'", "status = 'PERHAPS'");
  store.edit("CREATE TABLE copy AS SELECT * FROM ledger; DROP TABLE ledger; ALTER TABLE copy RENAME TO ledger");
  store.edit("UPDATE ledger SET " + change + " WHERE key = 'b'");
  Ledger ledger(store.database(), std::nullopt);
  CHECK(ledger.find("a").has_value());
  try {
    ledger.find("b");
    FAIL("it was believed");
  } catch (storage::Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::corrupt);
  }
}

}  // namespace decapod::ledger
