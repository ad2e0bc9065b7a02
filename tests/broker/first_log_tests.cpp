// A store whose first log goes before it was ever folded: its name goes along.

#include <filesystem>

#include "losses_bench.h"

namespace decapod::broker {
namespace {

using namespace test;
namespace fs = std::filesystem;

}  // namespace

TEST_CASE(
    "a log that goes before it was ever folded takes the store's name along, and all that was told goes on record") {
  Store store;
  std::uint64_t epoch = 0;
  {
    Bench first(store, handing_over(store));
    write_many(first, 1, 3);
    epoch = first.engine().ledger().epoch();
  }
  auto options = Bench::options_of(store);
  SECTION("by its successor in the same tenure, with the same name") {
    options.tenure_epoch = epoch;
  }
  SECTION("by another leader") {
    options.fresh_store_uuid = "store-2";
  }
  SECTION("by one who could not put it on record at first") {
    options.fresh_store_uuid = "store-2";
    auto const record = losses_path(store.paths().directory);
    fs::create_directory(record);
    fs::remove(store.paths().wal);
    auto const directory = counters();
    auto const refused = Engine::open(options, directory, store.clock());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::not_writable);
    CHECK(refused.error().message.find("losses.jsonl") != std::string::npos);
    CHECK(witness_of(store)->commit_seq == 3);
    fs::remove(record);
  }
  fs::remove(store.paths().wal);
  {
    Bench next(store, options);
    REQUIRE(losses_of(store).size() == 1);
    CHECK(losses_of(store)[0].extent == Extent::exact);
    CHECK(extent_in_words(losses_of(store)[0]) == "commits 1 to 3 are gone");
    CHECK(witness_of(store)->store_uuid == options.fresh_store_uuid);
    // The name may be the same, and with it the ids and tokens.
    CHECK(next.engine().facts().generation == 2);
    next.engine().settle();
    CHECK(next.trail(audit::Chain::reads) == std::vector<std::string>{"GAP commits 1 to 3 are gone broker.losses"});
  }
  options.tenure_epoch.reset();
  Bench last(store, options);
  CHECK(losses_of(store).size() == 1);
  auto const reply = last.write(add("a", "k1"));
  CHECK(reply.commit_seq == 1U);
  CHECK(reply.epoch == epoch + 1);
}

TEST_CASE("a store that loses its log twice before it is folded gives out no marker twice") {
  Store store;
  auto options = handing_over(store);
  {
    Bench first(store, options);
    CHECK(first.write(add("a", "k1")).epoch == 1U);
  }
  fs::remove(store.paths().wal);
  options.fresh_store_uuid = "store-2";
  {
    Bench reader(store, options);
    reader.read(get("a"));
  }
  fs::remove(store.paths().wal);
  options.fresh_store_uuid = "store-3";
  Bench last(store, options);
  CHECK(last.write(add("a", "k1")).epoch == 2U);
  CHECK(losses_of(store).size() == 1);
}

TEST_CASE("a store whose new name was given by one who died before it was witnessed gives out no marker twice") {
  Store store;
  auto options = handing_over(store);
  {
    Bench first(store, options);
    CHECK(first.write(add("a", "k1")).epoch == 1U);
  }
  auto const told = *witness_of(store);
  fs::remove(store.paths().wal);
  options.fresh_store_uuid = "store-2";
  // What that one leaves: a name without commits, and the witness as it was.
  fs::remove(witness_path(store.paths().directory));
  { Bench dying(store, options); }
  Witness(store.paths().directory).write(told);
  Bench next(store, options);
  CHECK(next.write(add("a", "k1")).epoch == 2U);
  CHECK(witness_of(store)->store_uuid == "store-2");
}

TEST_CASE("a store that nobody was told of is made anew, and nothing is lost") {
  Store store;
  { Bench first(store, handing_over(store)); }
  fs::remove(store.paths().wal);
  auto options = Bench::options_of(store);
  options.fresh_store_uuid = "store-2";
  options.tenure_epoch = 1;
  Bench next(store, options);
  CHECK(losses_of(store).empty());
  CHECK(next.write(add("a", "k1")).epoch == 1U);
}

}  // namespace decapod::broker
