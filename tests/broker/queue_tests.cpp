// How many requests may wait for the worker, and what the next one is told.

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::Status;

ipc::Request ballast(std::string const& name, std::size_t bytes) {
  return request("counter.add", {{"name", name}, {"ballast", std::string(bytes, 'x')}}, "k-" + name);
}

void expect_busy(ipc::Reply const& reply) {
  CHECK(error_of(reply) == "BUSY");
  CHECK(reply.status == Status::NOT_COMMITTED);
  REQUIRE(reply.error.has_value());
  CHECK(reply.error->details.at("retry_after_ms").to_number<int>() > 0);
}

}  // namespace

TEST_CASE("a queue that is full by number says BUSY and when to come again, and serves whom it took") {
  Store store;
  LiveBroker broker(store);
  broker.limit_queue({.requests = 2});
  broker.start();
  Occupied worker(store);
  auto first = must_connect(store);
  auto second = must_connect(store);
  auto third = must_connect(store);
  REQUIRE(first.send(add("a", "k1")));
  REQUIRE(second.send(add("a", "k2")));
  worker.await_waiting(2);
  expect_busy(third.ask(add("a", "k3")));
  worker.release();
  CHECK(first.reply().status == Status::COMMITTED);
  CHECK(second.reply().status == Status::COMMITTED);
  CHECK(value_in(third.ask(add("a", "k3"))) == 3);
}

TEST_CASE("a queue that is full by bytes says BUSY to a large request, takes a small one, and gets its bytes back") {
  Store store;
  LiveBroker broker(store);
  broker.limit_queue({.bytes = 100'000});
  broker.start();
  Occupied worker(store);
  auto large = must_connect(store);
  auto small = must_connect(store);
  {
    auto gone = must_connect(store);
    REQUIRE(gone.send(ballast("gone", 80'000)));
    worker.await_waiting(1);
    expect_busy(large.ask(ballast("large", 80'000)));
  }
  worker.await_waiting(0);
  auto first = must_connect(store);
  REQUIRE(first.send(ballast("first", 80'000)));
  worker.await_waiting(1);
  expect_busy(large.ask(ballast("large", 80'000)));
  REQUIRE(small.send(add("small", "k1")));
  worker.await_waiting(2);
  worker.release();
  CHECK(first.reply().status == Status::COMMITTED);
  CHECK(small.reply().status == Status::COMMITTED);
  CHECK(value_in(large.ask(ballast("large", 80'000))) == 1);
}

TEST_CASE("a request of any size may wait alone") {
  Store store;
  LiveBroker broker(store);
  broker.limit_queue({.bytes = 1000});
  broker.start();
  CHECK(must_connect(store).ask(ballast("a", 50'000)).status == Status::COMMITTED);
}

}  // namespace decapod::broker
