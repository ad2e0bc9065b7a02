#include <decapod/ledger/retention.h>

#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using namespace test;

// The moment of request number i: a time, and no number that the chain may have.
Timestamp moment(std::int64_t number) {
  return Timestamp{1000 + number};
}

// Commits requests "c1" to "cN" and refuses "r1" to "rN", each at the moment of its number.
void fill(ScratchStore& store, int count) {
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] {
    ledger.enter_transaction();
    for (int i = 1; i <= count; ++i) {
      Write const write{.affected = {}, .at = moment(i)};
      commit(ledger, "c" + std::to_string(i), write);
      auto const record = record_of("r" + std::to_string(i), write);
      ledger.refuse({.key = "r" + std::to_string(i),
                     .digest = digest_of(write.operation, "{}", write.actor),
                     .operation = write.operation,
                     .record = record},
                    "{}");
    }
  });
}

// Of the requests before this number, at most so many of either kind.
std::size_t drop(ScratchStore& store, std::int64_t before, std::size_t limit) {
  std::size_t dropped = 0;
  store.write([&] { dropped = drop_replies(store.database(), moment(before), limit); });
  return dropped;
}

std::int64_t kept(ScratchStore& store) {
  return store.count("SELECT count(*) FROM ledger WHERE reply IS NOT NULL");
}

}  // namespace

TEST_CASE("old replies go and everything else of the request stays") {
  ScratchStore store;
  fill(store, 10);
  CHECK(drop(store, 6, 100) == 10);
  CHECK(kept(store) == 10);
  CHECK(store.count("SELECT count(*) FROM ledger WHERE reply IS NULL AND at < 1006") == 10);
  CHECK(store.count("SELECT count(*) FROM ledger") == 20);
  Ledger ledger(store.database(), std::nullopt);
  auto const entry = ledger.find("c3");
  REQUIRE(entry.has_value());
  CHECK_FALSE(entry->reply.has_value());
  CHECK(entry->marker->commit_seq == 3);
  CHECK(entry->digest == digest_of("todo.add", "{}", "alice"));
  CHECK(store.count("SELECT count(*) FROM audit_mutation") == 10);
}

TEST_CASE("replies go in bounded steps, each once, until none is old") {
  ScratchStore store;
  fill(store, 10);
  CHECK(has_replies_before(store.database(), moment(9)));
  CHECK(drop(store, 9, 3) == 6);
  CHECK(drop(store, 9, 3) == 6);
  CHECK(drop(store, 9, 3) == 4);
  CHECK_FALSE(has_replies_before(store.database(), moment(9)));
  CHECK(drop(store, 9, 3) == 0);
  CHECK(kept(store) == 4);
  CHECK(drop(store, 100, 100) == 4);
  CHECK(kept(store) == 0);
}

TEST_CASE("replies are old if those of either kind are") {
  auto const kind = GENERATE(as<std::string>{}, "COMMITTED", "NOT_COMMITTED");
  ScratchStore store;
  fill(store, 3);
  CHECK_FALSE(has_replies_before(store.database(), moment(1)));
  CHECK(has_replies_before(store.database(), moment(2)));
  store.database().execute("DELETE FROM ledger WHERE status <> ?1", kind);
  CHECK(has_replies_before(store.database(), moment(2)));
}

TEST_CASE("refusals of the same moment are all dropped, however the steps fall") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] {
    ledger.enter_transaction();
    for (int i = 0; i < 7; ++i) {
      auto const key = "r" + std::to_string(i);
      auto const record = record_of(key, {.affected = {}, .at = moment(5)});
      ledger.refuse({.key = key, .digest = {}, .operation = "todo.add", .record = record}, "{}");
    }
  });
  CHECK(drop(store, 6, 2) == 2);
  CHECK(drop(store, 6, 2) == 2);
  CHECK(drop(store, 6, 2) == 2);
  CHECK(drop(store, 6, 2) == 1);
  CHECK(kept(store) == 0);
}

}  // namespace decapod::ledger
