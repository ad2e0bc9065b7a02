#include <decapod/ledger/trail.h>

#include <algorithm>
#include <map>

#include "pages.h"
#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using test::ScratchStore;

// More than two stretches of the index, and a part of one.
constexpr int kWrites = 150;

// Request number i: actors, operations, keys and times in different rhythms.
test::Write write_number(int i) {
  static std::string const actors[] = {"alice", "bob", "carol"};
  static std::string const operations[] = {"todo.add", "todo.claim", "plan.add", "todo.add", "plan.cut"};
  test::Write write;
  write.actor = actors[i % 3];
  write.operation = operations[i % 5];
  write.affected = {"todo/item/t-" + std::to_string(i % 7), "todo/item/u-" + std::to_string(i)};
  write.at = Timestamp{1000 + 10 * i};
  return write;
}

class Trail {
 public:
  Trail() {
    Ledger ledger(store_.database(), std::nullopt);
    store_.write([&] {
      ledger.enter_transaction();
      for (int i = 1; i <= kWrites; ++i) test::commit(ledger, "k" + std::to_string(i), write_number(i));
      for (int i = 1; i <= 5; ++i) ledger.append_read(test::record_of("r", write_number(i)));
    });
  }
  std::vector<std::uint64_t> sequences(TrailQuery const& query) { return test::every_page(store_.database(), query); }
  ScratchStore& store() { return store_; }

 private:
  ScratchStore store_;
};

// The same by brute force, newest first.
template <class Predicate>
std::vector<std::uint64_t> expected(Predicate holds) {
  std::vector<std::uint64_t> all;
  for (int i = kWrites; i >= 1; --i) {
    if (holds(write_number(i))) all.push_back(static_cast<std::uint64_t>(i));
  }
  return all;
}

bool touches(test::Write const& write, std::string const& key) {
  return std::ranges::find(write.affected, key) != write.affected.end();
}

}  // namespace

TEST_CASE("each question gets every record it is about, once, newest first, whatever the page size") {
  Trail trail;
  for (std::size_t const limit : {std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{1000}}) {
    INFO("pages of " << limit);
    TrailQuery const all{.limit = limit};
    auto query = all;
    CHECK(trail.sequences(query) == expected([](auto const&) { return true; }));

    query.actor = "bob";
    CHECK(trail.sequences(query) == expected([](auto const& w) { return w.actor == "bob"; }));

    query.subsystem = "plan";
    CHECK(trail.sequences(query) ==
          expected([](auto const& w) { return w.actor == "bob" && w.operation.starts_with("plan."); }));

    query = all;
    query.subsystem = "todo";
    CHECK(trail.sequences(query) == expected([](auto const& w) { return w.operation.starts_with("todo."); }));

    query = all;
    query.operation = "todo.claim";
    CHECK(trail.sequences(query) == expected([](auto const& w) { return w.operation == "todo.claim"; }));

    query = all;
    query.key = "todo/item/t-3";
    CHECK(trail.sequences(query) == expected([](auto const& w) { return touches(w, "todo/item/t-3"); }));

    query.actor = "alice";
    CHECK(trail.sequences(query) ==
          expected([](auto const& w) { return w.actor == "alice" && touches(w, "todo/item/t-3"); }));

    query.operation = "todo.add";
    CHECK(trail.sequences(query) == expected([](auto const& w) {
            return w.actor == "alice" && w.operation == "todo.add" && touches(w, "todo/item/t-3");
          }));

    query = all;
    query.since = Timestamp{1200};
    query.until = Timestamp{1400};
    CHECK(trail.sequences(query) == expected([](auto const& w) { return w.at.ms >= 1200 && w.at.ms < 1400; }));

    query = all;
    query.actor = "nobody";
    CHECK(trail.sequences(query).empty());
  }
}

TEST_CASE("a page is followed by another one only if a thousand records have something for it") {
  Trail trail;
  for (TrailQuery query : {TrailQuery{.actor = "bob"}, TrailQuery{.subsystem = "plan"},
                           TrailQuery{.actor = "bob", .operation = "todo.claim"}, TrailQuery{}}) {
    query.limit = trail.sequences(query).size();
    CHECK(query_trail(trail.store().database(), query).next_before == 0);
    --query.limit;
    CHECK(query_trail(trail.store().database(), query).next_before != 0);
  }
}

TEST_CASE("reads have a trail of their own") {
  Trail trail;
  CHECK(trail.sequences({.chain = audit::Chain::reads, .limit = 2}) == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
  CHECK(trail.sequences({.chain = audit::Chain::reads, .actor = "bob", .limit = 2}) ==
        std::vector<std::uint64_t>{4, 1});
  // No index leads to them: each restriction is checked record by record.
  CHECK(trail.sequences({.chain = audit::Chain::reads, .operation = "todo.claim", .limit = 2}) ==
        std::vector<std::uint64_t>{1});
  CHECK(trail.sequences({.chain = audit::Chain::reads, .subsystem = "plan", .limit = 2}) ==
        std::vector<std::uint64_t>{4, 2});
  CHECK(trail.sequences({.chain = audit::Chain::reads, .key = "todo/item/t-3", .limit = 2}) ==
        std::vector<std::uint64_t>{3});
  auto const record = records_after(trail.store().database(), audit::Chain::reads, 3, 1);
  REQUIRE(record.size() == 1);
  CHECK(record[0].sequence == 4);
  CHECK(hash_at(trail.store().database(), audit::Chain::reads, 4) == record[0].hash);
  CHECK(hash_at(trail.store().database(), audit::Chain::reads, 6) == std::nullopt);
}

TEST_CASE("a page looks at a thousand records and says where to go on, whether it found any or not") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  store.write([&] {
    ledger.enter_transaction();
    for (int i = 1; i <= 1003; ++i) test::commit(ledger, "k" + std::to_string(i));
  });
  TrailQuery query{.until = Timestamp{0}, .limit = 10};
  auto const page = query_trail(store.database(), query);
  CHECK(page.records.empty());
  // The newest thousand are 1003 to 4.
  CHECK(page.next_before == 4);
  CHECK(page.examined == 1000);
  query.before = page.next_before;
  auto const rest = query_trail(store.database(), query);
  CHECK(rest.next_before == 0);
  CHECK(rest.examined == 3);
}

TEST_CASE("a clock that was set back hides no record from a question about a time") {
  ScratchStore store;
  Ledger ledger(store.database(), std::nullopt);
  auto const times = {1000, 5000, 2000, 3000, 6000, 1500};
  store.write([&] {
    ledger.enter_transaction();
    int number = 0;
    for (auto const at : times) {
      test::Write write;
      write.at = Timestamp{at};
      test::commit(ledger, "k" + std::to_string(++number), write);
    }
  });
  auto const found = [&](TrailQuery query) {
    query.limit = 10;
    std::vector<std::uint64_t> sequences;
    for (auto const& record : query_trail(store.database(), query).records) sequences.push_back(record.sequence);
    return sequences;
  };
  CHECK(found({.since = Timestamp{3000}}) == std::vector<std::uint64_t>{5, 4, 2});
  CHECK(found({.since = Timestamp{2000}, .until = Timestamp{6000}}) == std::vector<std::uint64_t>{4, 3, 2});
}

TEST_CASE("a record that cannot be read is shown to whoever asks") {
  Trail trail;
  trail.store().database().execute("UPDATE audit_mutation SET body = 'scribble' WHERE sequence = 10");
  auto const page = query_trail(trail.store().database(), {.actor = write_number(10).actor, .limit = 1000});
  auto const found = std::ranges::find(page.records, 10U, &audit::StoredRecord::sequence);
  REQUIRE(found != page.records.end());
  CHECK(found->body == "scribble");
}

TEST_CASE("a chain's head is known of every size that it had, also of none") {
  Trail trail;
  auto& database = trail.store().database();
  for (auto const chain : {audit::Chain::mutations, audit::Chain::reads}) {
    CHECK(hash_at_size(database, chain, 0, "a store") == audit::genesis(chain, "a store").head);
    CHECK(hash_at_size(database, chain, 3, "a store") == hash_at(database, chain, 3));
    CHECK(hash_at_size(database, chain, kWrites + 1, "a store") == std::nullopt);
  }
}

TEST_CASE("records after a number come oldest first and bounded, for the export") {
  Trail trail;
  auto const records = records_after(trail.store().database(), audit::Chain::mutations, 55, 3);
  REQUIRE(records.size() == 3);
  CHECK(records[0].sequence == 56);
  CHECK(records[2].sequence == 58);
  CHECK(hash_at(trail.store().database(), audit::Chain::mutations, 57) == records[1].hash);
  CHECK(hash_at(trail.store().database(), audit::Chain::mutations, kWrites + 1) == std::nullopt);
  CHECK(records_after(trail.store().database(), audit::Chain::mutations, kWrites, 3).empty());
}

TEST_CASE("of each subsystem that is on record it is known, by its own requests or by a key, whatever it is called") {
  ScratchStore store;
  CHECK(subsystems_on_record(store.database()).empty());
  Ledger ledger(store.database(), std::nullopt);
  auto const write = [&](std::string operation, std::vector<std::string> affected) {
    test::Write request;
    request.operation = std::move(operation);
    request.affected = std::move(affected);
    test::commit(ledger, "k" + std::to_string(ledger.commit_seq() + 1), request);
  };
  store.write([&] {
    ledger.enter_transaction();
    for (int i = 0; i < 100; ++i) write("todo.add", {"todo/item/t-" + std::to_string(i)});
    write("todo-x.add", {"todo-x/a/b"});
    write("todos.add", {});
    write("tod.add", {"to/a/b", "carried/key/x"});
  });
  using Names = std::set<std::string, std::less<>>;
  CHECK(subsystems_on_record(store.database()) == Names{"carried", "to", "tod", "todo", "todo-x", "todos"});
  for (auto const* name : {"carried", "to", "tod", "todo", "todo-x", "todos"}) {
    INFO(name);
    CHECK(is_on_record(store.database(), name));
  }
  CHECK_FALSE(is_on_record(store.database(), "policy"));
}

}  // namespace decapod::ledger
