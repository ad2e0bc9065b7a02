#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using test::commit;
using test::ScratchStore;

}  // namespace

TEST_CASE("a tenure raises the epoch once, with its first write") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  CHECK(ledger.epoch() == 0);
  CHECK(ledger.epoch_state() == Epoch::as_found);
  for (int i = 0; i < 3; ++i) store.write([&] { ledger.enter_transaction(); });
  CHECK(ledger.epoch() == 1);
  CHECK(ledger.epoch_state() == Epoch::raised);
  CHECK(store.count("SELECT value FROM meta WHERE name = 'epoch'") == 1);

  Ledger next(store.database(), std::nullopt);
  store.write([&] { next.enter_transaction(); });
  CHECK(next.epoch() == 2);
}

TEST_CASE("the second process of a tenure goes on in the first one's epoch") {
  ScratchStore store;
  Ledger winner(store.database(), std::nullopt);
  store.write([&] { winner.enter_transaction(); });
  Ledger broker(store.database(), winner.epoch());
  store.write([&] { broker.enter_transaction(); });
  CHECK(broker.epoch() == 1);
  CHECK(store.count("SELECT value FROM meta WHERE name = 'epoch'") == 1);
}

TEST_CASE("a leader is fenced off once another tenure has written") {
  ScratchStore store;
  Ledger old(store.database(), std::nullopt);
  store.write([&] { old.enter_transaction(); });
  Ledger never_wrote(store.database(), std::nullopt);
  Ledger rival(store.database(), std::nullopt);
  store.write([&] { rival.enter_transaction(); });
  CHECK_THROWS_AS(store.write([&] { old.enter_transaction(); }), Fenced);
  CHECK_THROWS_AS(store.write([&] { never_wrote.enter_transaction(); }), Fenced);
  CHECK_THROWS_AS(store.write([&] { never_wrote.check_epoch(); }), Fenced);
  store.write([&] { rival.enter_transaction(); });
}

TEST_CASE("checking the epoch for reads raises nothing") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] { ledger.check_epoch(); });
  CHECK(ledger.epoch_state() == Epoch::as_found);
  CHECK(store.count("SELECT value FROM meta WHERE name = 'epoch'") == 0);
}

TEST_CASE("committed requests are numbered without a gap, and found by their key") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] {
    ledger.enter_transaction();
    CHECK(ledger.next_marker() == Marker{1, 1});
    CHECK(commit(ledger, "a") == Marker{1, 1});
    CHECK(commit(ledger, "b") == Marker{1, 2});
    // Seen within the transaction that made it: a repetition in the same group finds the first.
    CHECK(ledger.find("a").has_value());
  });
  auto const entry = ledger.find("b");
  REQUIRE(entry.has_value());
  CHECK(entry->outcome == Outcome::COMMITTED);
  CHECK(entry->marker == Marker{1, 2});
  CHECK(entry->digest == digest_of("todo.add", "{}", "alice"));
  CHECK(entry->request_id == "request-b");
  CHECK(entry->operation == "todo.add");
  CHECK(entry->actor == "alice");
  CHECK(entry->at == Timestamp{1000});
  CHECK(entry->reply == R"({"answer":"b"})");
  CHECK(ledger.find("c") == std::nullopt);
  CHECK(ledger.commit_seq() == 2);
}

TEST_CASE("a refusal has a row and a stored reply, but no marker and no number") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  auto const record = test::record_of("no", {});
  store.write([&] {
    ledger.enter_transaction();
    ledger.refuse(
        {.key = "no", .digest = digest_of("todo.add", "{}", "alice"), .operation = "todo.add", .record = record}, "{}");
  });
  auto const entry = ledger.find("no");
  REQUIRE(entry.has_value());
  CHECK(entry->outcome == Outcome::NOT_COMMITTED);
  CHECK(entry->marker == std::nullopt);
  CHECK(entry->reply == "{}");
  CHECK(ledger.commit_seq() == 0);
  CHECK(store.count("SELECT count(*) FROM audit_mutation") == 0);
}

TEST_CASE("a row whose reply was dropped still tells what became of the request") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] {
    ledger.enter_transaction();
    commit(ledger, "old");
  });
  store.database().execute("UPDATE ledger SET reply = NULL");
  auto const entry = ledger.find("old");
  REQUIRE(entry.has_value());
  CHECK(entry->reply == std::nullopt);
  CHECK(entry->marker == Marker{1, 1});
}

TEST_CASE("after a group was lost the ledger stands where the store stands") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.lose(ledger, [&] {
    ledger.enter_transaction();
    commit(ledger, "a");
    commit(ledger, "b");
    ledger.append_read(test::record_of("r", {}));
  });
  CHECK(ledger.epoch() == 0);
  CHECK(ledger.epoch_state() == Epoch::as_found);
  store.write([&] {
    ledger.enter_transaction();
    CHECK(commit(ledger, "b") == Marker{1, 1});
    ledger.append_read(test::record_of("r", {}));
  });
  Ledger const fresh(store.database(), std::nullopt);
  CHECK(fresh.position().mutations == ledger.position().mutations);
  CHECK(fresh.position().reads == ledger.position().reads);
  CHECK(store.count("SELECT count(*) FROM ledger") == 1);
}

TEST_CASE("after a later group was lost the epoch stays raised") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] { ledger.enter_transaction(); });
  store.lose(ledger, [&] {
    ledger.enter_transaction();
    commit(ledger, "a");
  });
  CHECK(ledger.epoch() == 1);
  store.write([&] { ledger.enter_transaction(); });
  CHECK(ledger.commit_seq() == 0);
}

TEST_CASE("both chains go on where the last tenure left them") {
  ScratchStore store;
  audit::Head mutations;
  audit::Head reads;
  {
    Ledger ledger(store.database(), std::nullopt);
    CHECK(ledger.position().mutations == audit::genesis(audit::Chain::mutations, "store-1"));
    store.write([&] {
      ledger.enter_transaction();
      commit(ledger, "a");
      ledger.append_read(test::record_of("r", {}));
    });
    mutations = ledger.position().mutations;
    reads = ledger.position().reads;
  }
  store.reopen();
  Ledger const ledger(store.database(), std::nullopt);
  CHECK(ledger.identity().store_uuid == "store-1");
  CHECK(ledger.identity().generation == 1);
  CHECK(ledger.position().mutations == mutations);
  CHECK(ledger.position().reads == reads);
  CHECK(mutations.size == 1);
}

TEST_CASE("the highest epoch and generation that a store may have are read, one more is a broken store") {
  auto const [name, most] = GENERATE(table<char const*, std::int64_t>(
      {{"epoch", (std::int64_t{1} << 53) - 1}, {"generation", std::int64_t{1} << 21}}));
  ScratchStore store;
  CAPTURE(name);
  auto const set = [&, name = std::string(name)](std::int64_t value) {
    store.database().execute("UPDATE meta SET value = ?1 WHERE name = ?2", value, name);
  };
  set(most);
  CHECK_NOTHROW(Ledger(store.database(), std::nullopt));
  for (auto const wrong : {most + 1, std::int64_t{-1}}) {
    set(wrong);
    CHECK_THROWS_AS(Ledger(store.database(), std::nullopt), storage::Failure);
  }
}

TEST_CASE("an epoch or a generation that is no number is a broken store, and named with what stands there") {
  auto const name = GENERATE(as<std::string>{}, "epoch", "generation");
  ScratchStore store;
  store.database().execute("UPDATE meta SET value = 'seven' WHERE name = ?1", name);
  try {
    Ledger const ledger(store.database(), std::nullopt);
    FAIL("it was believed");
  } catch (storage::Failure const& failure) {
    CHECK(failure.error().code == ErrorCode::corrupt);
    CHECK_THAT(failure.error().message, Catch::Contains(name) && Catch::Contains("'seven'"));
  }
}

TEST_CASE("a store that lost its epoch goes on above its newest mutation, one that lost its generation begins anew") {
  ScratchStore store;
  {
    Ledger ledger(store.database(), std::nullopt);
    store.write([&] {
      ledger.enter_transaction();
      commit(ledger, "a");
    });
  }
  store.database().execute("DELETE FROM meta WHERE name IN ('epoch', 'generation')");
  SECTION("a newest mutation that says its epoch") {
    Ledger ledger(store.database(), std::nullopt);
    CHECK(ledger.epoch() == 1);
    CHECK(ledger.identity().generation == 0);
    store.write([&] { ledger.enter_transaction(); });
    CHECK(ledger.epoch() == 2);
  }
  SECTION("one that cannot be read") {
    store.database().execute("UPDATE audit_mutation SET body = 'scribble'");
    CHECK(Ledger(store.database(), std::nullopt).epoch() == 0);
  }
}

TEST_CASE("a digest is the one that audit/FORMAT.md spells out") {
  CHECK(hex(digest_of("todo.add", "{}", "alice")) ==
        "296c24b3fd68c940b516ba2acae9138cf816fde9a07153fd2acec330e6074200");
}

TEST_CASE("a digest is bound to operation, arguments and actor, and to where each ends") {
  auto const digest = digest_of("todo.add", R"({"title":"x"})", "alice");
  CHECK(digest == digest_of("todo.add", R"({"title":"x"})", "alice"));
  CHECK(digest != digest_of("todo.edit", R"({"title":"x"})", "alice"));
  CHECK(digest != digest_of("todo.add", R"({"title":"y"})", "alice"));
  CHECK(digest != digest_of("todo.add", R"({"title":"x"})", "bob"));
  CHECK(digest_of("a", "bc", "d") != digest_of("ab", "c", "d"));
  CHECK(digest_of("a", "b", "cd") != digest_of("a", "bc", "d"));
}

}  // namespace decapod::ledger
