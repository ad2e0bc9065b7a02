#include <decapod/ipc/channel.h>
#include <fcntl.h>
#include <support/eventually.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <thread>

namespace decapod::ipc {
namespace {

using std::chrono::steady_clock;

// The client's channel, and the broker's end of it as a plain descriptor.
class Wire {
 public:
  Wire() : Wire(pair()) { std::signal(SIGPIPE, SIG_IGN); }
  ~Wire() { hang_up(); }

  Channel client;

  void say(std::string_view bytes) const {
    REQUIRE(write(broker_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void hang_up() {
    if (broker_ >= 0) close(std::exchange(broker_, -1));
  }

 private:
  struct Ends {
    int client;
    int broker;
  };
  static Ends pair() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    return {fds[0], fds[1]};
  }
  explicit Wire(Ends ends) : client(ends.client), broker_(ends.broker) {}

  int broker_;
};

template <class T>
bool arrived(Result<Transfer<T>> const& outcome) {
  return outcome.has_value() && outcome->has_value();
}

// A deadline that only a failure reaches.
SteadyTime late_enough() {
  return steady_clock::now() + test::kPatience;
}

constexpr Millis kDeadline{120};
constexpr Millis kAtMost{170};

}  // namespace

TEST_CASE("a message in parts is put together") {
  Wire wire;
  std::string const body(2 * kFrameBytesMax + 11, 'q');
  auto const frames = make_frames(FrameKind::reply, body);
  std::thread broker([&] {
    wire.say(frames);
    wire.say(make_frame(FrameKind::go_away, ""));
  });
  auto const message = wire.client.read_message(late_enough());
  auto const after = wire.client.read_message(late_enough());
  broker.join();
  REQUIRE(arrived(message));
  CHECK((**message).kind == FrameKind::reply);
  CHECK((**message).body == body);
  REQUIRE(arrived(after));
  CHECK((**after).kind == FrameKind::go_away);
}

TEST_CASE("what the broker said before it closed is read although writing fails") {
  Wire wire;
  wire.say(make_frame(FrameKind::go_away, ""));
  wire.hang_up();
  auto const written = wire.client.write(make_frame(FrameKind::request, "{}"), late_enough());
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error() == Refusal::gone);
  auto const said = wire.client.read_message(late_enough());
  REQUIRE(arrived(said));
  CHECK((**said).kind == FrameKind::go_away);
  auto const end = wire.client.read_message(late_enough());
  REQUIRE(end.has_value());
  CHECK(end->error() == Refusal::gone);
}

TEST_CASE("a request that crosses a go-away still finds it") {
  Wire wire;
  REQUIRE(wire.client.write(make_frame(FrameKind::request, "{}"), late_enough()).has_value());
  wire.say(make_frame(FrameKind::go_away, ""));
  wire.hang_up();  // with the request unread, which resets the connection
  auto const said = wire.client.read_message(late_enough());
  REQUIRE(arrived(said));
  CHECK((**said).kind == FrameKind::go_away);
}

TEST_CASE("half a message at the end is no message") {
  auto const whole = make_frame(FrameKind::reply, "{\"status\":\"OK\"}");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    Wire wire;
    wire.say(whole.substr(0, cut));
    wire.hang_up();
    auto const message = wire.client.read_message(late_enough());
    REQUIRE(message.has_value());
    REQUIRE_FALSE((*message).has_value());
    CHECK(message->error() == Refusal::gone);
  }
}

TEST_CASE("a length of four gigabytes is refused before anything is allocated for it") {
  Wire wire;
  wire.say(std::string("\xff\xff\xff\xff\x03", 5));
  auto const message = wire.client.read_message(late_enough());
  REQUIRE_FALSE(message.has_value());
  CHECK(message.error().code == ErrorCode::bad_request);
}

TEST_CASE("reading ends at its deadline, whether nothing comes or too little") {
  for (auto const said : {std::string_view(""), std::string_view("\x05\0", 2)}) {
    auto const waited = [&] {
      Wire wire;
      wire.say(said);
      auto const started = steady_clock::now();
      auto const message = wire.client.read_message(started + kDeadline);
      auto const took = steady_clock::now() - started;
      REQUIRE(message.has_value());
      CHECK(message->error() == Refusal::timed_out);
      CHECK(took >= kDeadline - Millis(1));
      return took;
    };
    CHECK(test::shortest(kAtMost, waited) < kAtMost);
  }
}

TEST_CASE("writing to a broker that does not read ends at its deadline") {
  std::string const much(8 << 20, 'x');
  auto const waited = [&] {
    Wire wire;
    auto const started = steady_clock::now();
    auto const written = wire.client.write(much, started + kDeadline);
    auto const took = steady_clock::now() - started;
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error() == Refusal::timed_out);
    CHECK(took >= kDeadline - Millis(1));
    return took;
  };
  CHECK(test::shortest(kAtMost, waited) < kAtMost);
}

TEST_CASE("bytes that are there already are read whatever the deadline") {
  Wire wire;
  wire.say(make_frame(FrameKind::reply, "{}"));
  auto const message = wire.client.read_message(steady_clock::now() - Millis(1));
  REQUIRE(arrived(message));
  CHECK((**message).body == "{}");
}

TEST_CASE("a greeting arrives whole, and one of another program is an error") {
  SECTION("ours, in two pieces") {
    Wire wire;
    auto const greeting = make_hello({.build = "0.1.0", .epoch = 7});
    std::thread broker([&] {
      wire.say(greeting.substr(0, 5));
      std::this_thread::sleep_for(Millis(20));
      wire.say(greeting.substr(5));
    });
    auto const hello = wire.client.read_hello(late_enough());
    broker.join();
    REQUIRE(arrived(hello));
    CHECK((**hello).epoch == 7);
  }
  SECTION("another program's") {
    Wire wire;
    wire.say("220 mail.example.org ESMTP\r\n");
    auto const hello = wire.client.read_hello(late_enough());
    REQUIRE_FALSE(hello.has_value());
    CHECK(hello.error().code == ErrorCode::foreign_peer);
  }
  SECTION("none, because the broker is leaving") {
    Wire wire;
    wire.hang_up();
    auto const hello = wire.client.read_hello(late_enough());
    REQUIRE(hello.has_value());
    CHECK(hello->error() == Refusal::gone);
  }
}

}  // namespace decapod::ipc
