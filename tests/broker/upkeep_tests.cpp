#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;

}  // namespace

TEST_CASE("what a subsystem has to do is done in steps, until nothing is left, and leaves no record") {
  Store store;
  Bench bench(store);
  for (auto const* name : {"chaff-1", "chaff-2", "wheat"}) bench.write(add(name, name));
  CHECK(bench.engine().upkeep() == Engine::Left::more);
  CHECK(bench.count("SELECT count(*) FROM counter") == 2);
  CHECK(bench.engine().upkeep() == Engine::Left::more);
  CHECK(bench.engine().upkeep() == Engine::Left::nothing);
  CHECK(bench.value("wheat") == 1);
  CHECK(bench.trail(audit::Chain::mutations).size() == 3);
  CHECK(bench.trail(audit::Chain::reads).empty());
}

TEST_CASE("what goes wrong in the upkeep is told") {
  Store store;
  begin_every_subsystem(store, counters());
  Bench bench(store);
  bench.engine().database().script("ALTER TABLE counter RENAME TO gone");
  CHECK(bench.engine().upkeep() == Engine::Left::nothing);
  CHECK(bench.engine().health() == Health::sound);
  auto const complaints = bench.engine().take_complaints();
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].find("counter") != std::string::npos);
}

TEST_CASE("a broker does all of it once nobody asks") {
  Store store;
  LiveBroker broker(store);
  broker.start();
  auto client = must_connect(store);
  for (int i = 0; i < 5; ++i) client.ask(add("chaff-" + std::to_string(i), "k" + std::to_string(i)));
  CHECK(eventually([&] {
    std::this_thread::sleep_for(Millis(200));  // a question would be an end of the quiet
    return value_in(client.ask(get("chaff-4"))) == 0;
  }));
}

}  // namespace decapod::broker
