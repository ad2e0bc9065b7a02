// What a broken or hostile client can send, and that nobody else notices.

#include "service_fixture.h"

namespace decapod::broker {
namespace {

using namespace test;
using ipc::FrameKind;
using ipc::Status;
using std::chrono::steady_clock;

struct Served {
  Store store;
  LiveBroker broker{store};
  Served() { broker.start(); }
  ~Served() { CHECK(must_connect(store).ask(add("alive", random_id())).status == Status::COMMITTED); }
};

}  // namespace

TEST_CASE("half a request is never executed") {
  Served served;
  auto const whole = encode(add("a", "k1"));
  for (std::size_t cut = 1; cut < whole.size(); cut += 7) {
    auto client = must_connect(served.store);
    REQUIRE(client.say(whole.substr(0, cut)));
  }
  auto client = must_connect(served.store);
  CHECK(value_in(client.ask(get("a"))) == 0);
}

TEST_CASE("a frame that a client may not send ends the connection with a typed refusal") {
  Served served;
  for (auto const& bytes : {ipc::make_frame(FrameKind::reply, "{}"), ipc::make_frame(FrameKind::go_away, ""),
                            std::string("\x01\0\0\0\x63x", 6), std::string("\xff\xff\xff\xff\x01", 5),
                            std::string("GET / HTTP/1.1\r\n\r\n")}) {
    auto client = must_connect(served.store);
    REQUIRE(client.say(bytes));
    auto const reply = client.reply();
    CHECK(error_of(reply) == "BAD_REQUEST");
    CHECK(reply.status == Status::NOT_COMMITTED);
    CHECK(client.hear() == std::nullopt);
  }
}

TEST_CASE("a request that is no request is refused, and the next one on the connection is served") {
  Served served;
  auto client = must_connect(served.store);
  for (auto const body : {"", "{", "[]", "{\"op\":1}", "\xff\xfe"}) {
    REQUIRE(client.say(ipc::make_frame(FrameKind::request, body)));
    CHECK(error_of(client.reply()) == "BAD_REQUEST");
  }
  auto object = codec::encode(add("a", "k1")).as_object();
  object["urgency"] = 1;
  REQUIRE(client.say(ipc::make_frame(FrameKind::request, to_text(object))));
  CHECK(error_of(client.reply()) == "BAD_REQUEST");
  CHECK(client.ask(add("a", "k1")).status == Status::COMMITTED);
}

TEST_CASE("thousands of refused requests in one go are each answered") {
  Served served;
  auto client = must_connect(served.store);
  constexpr int kMany = 30'000;
  std::string all;
  for (int i = 0; i < kMany; ++i) all += ipc::make_frame(FrameKind::request, "");
  auto writing = std::async(std::launch::async, [&] { return client.say(all); });
  int refused = 0;
  for (int i = 0; i < kMany; ++i) refused += error_of(client.reply()) == "BAD_REQUEST" ? 1 : 0;
  CHECK(writing.get());
  CHECK(refused == kMany);
}

TEST_CASE("a client that asks and never reads is not read from without end") {
  Served served;
  auto client = must_connect(served.store);
  std::string some;
  while (some.size() < 64 * 1024) some += ipc::make_frame(FrameKind::request, "");
  std::size_t taken = 0;
  while (taken < (6U << 20) && client.say(some)) taken += some.size();
  // A refusal is fifty times as long as what it answers: the broker stops taking requests in, then drops the client.
  INFO(taken << " bytes were taken");
  CHECK(taken < 640 * 1024);
}

TEST_CASE("a request of three megabytes arrives in parts and is executed") {
  Served served;
  auto client = must_connect(served.store);
  auto const large = request("counter.add", {{"name", "a"}, {"ballast", std::string(3 << 20, 'x')}}, "k1");
  CHECK(client.ask(large).status == Status::COMMITTED);
  CHECK(client.ask(add("a", "k2")).status == Status::COMMITTED);
}

TEST_CASE("a request of more than 64 megabytes is refused, whether its last part or an earlier one is too much") {
  Served served;
  for (std::size_t const parts : {std::size_t{64}, std::size_t{65}}) {
    auto client = must_connect(served.store);
    std::string const megabyte(1 << 20, 'x');
    for (std::size_t i = 0; i < parts; ++i) client.say(ipc::make_frame(FrameKind::part, megabyte));
    client.say(ipc::make_frame(FrameKind::request, "x"));
    CHECK(error_of(client.reply()) == "TOO_LARGE");
    CHECK(client.hear() == std::nullopt);
  }
}

TEST_CASE("a client that sends a byte now and then is dropped in time, and others are served meanwhile") {
  Served served;
  auto client = must_connect(served.store);
  auto const bytes = encode(add("a", "k1"));
  auto const started = steady_clock::now();
  bool open = client.say(bytes.substr(0, 1));
  for (std::size_t i = 1; open && i < 40; ++i) {
    std::this_thread::sleep_for(Millis(200));
    auto other = must_connect(served.store);
    CHECK(other.ask(get("a")).status == Status::OK);
    open = client.say(bytes.substr(i, 1));
  }
  auto const took = steady_clock::now() - started;
  CHECK_FALSE(open);
  // Each byte in time, the frame too late: that it ends before the loop does is the bound.
  CHECK(took >= ipc::kFrameTimeout - Millis(100));
}

TEST_CASE("empty parts do not keep half a request alive") {
  Served served;
  auto client = must_connect(served.store);
  bool open = client.say(ipc::make_frame(FrameKind::part, "{"));
  auto const patience = late_enough();
  while (open && steady_clock::now() < patience) {
    std::this_thread::sleep_for(Millis(100));
    open = client.say(ipc::make_frame(FrameKind::part, ""));
  }
  CHECK_FALSE(open);
}

}  // namespace decapod::broker
