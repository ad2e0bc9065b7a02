// A leader that has no time, and what a client makes of that.

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <support/leader.h>

#include "raw_client.h"
#include "workers.h"

#include <boost/json.hpp>

#include <cstring>

using namespace decapod::test;

TEST_CASE("a client that is told to come again later does so then, with the same request") {
  TempRepository repository;
  repository.set_idle(Milliseconds(60'000));
  repository.must({"todo", "add", "first"});
  std::optional<Raw> watcher;
  REQUIRE(eventually([&] { return (watcher = Raw::connect(repository)).has_value(); }));
  auto const greeting = watcher->greeting();
  REQUIRE(kill_serving_broker(repository.leader_lock()).has_value());

  // This test leads now, and is busy.
  int const lock = open(repository.leader_lock().c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(flock(lock, LOCK_EX | LOCK_NB) == 0);
  auto const path = repository.state() + "/broker.sock";
  unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  int const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(bind(listener, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
  REQUIRE(listen(listener, 8) == 0);
  Child client(repository.command({"todo", "add", "patient", "--json"}));
  auto const asked = [&] {
    pollfd ready{.fd = listener, .events = POLLIN, .revents = 0};
    REQUIRE(poll(&ready, 1, static_cast<int>(kPatience.count())) == 1);
    Raw peer(accept(listener, nullptr, nullptr));
    REQUIRE(peer.say(greeting));
    auto const request = boost::json::parse(peer.message()).as_object();
    return std::pair(std::move(peer), std::string(request.at("idempotency_key").as_string()));
  };
  boost::json::object const busy{{"status", "NOT_COMMITTED"},
                                 {"error",
                                  {{"code", "BUSY"},
                                   {"message", "not now"},
                                   {"hint", ""},
                                   {"details", {{"retry_after_ms", 400}}},
                                   {"suggestions", boost::json::array()}}},
                                 {"audited", true}};
  {
    auto const [peer, key] = asked();
    auto const refused = std::chrono::steady_clock::now();
    REQUIRE(peer.say(frame(kReply, boost::json::serialize(busy))));
    auto const [again, same_key] = asked();
    CHECK(std::chrono::steady_clock::now() - refused >= Milliseconds(400));
    CHECK(same_key == key);
  }
  close(listener);
  close(lock);
  auto const answer = parse_answer(client.wait());
  INFO(told(answer));
  CHECK(answer.ok());
  auto const list = repository.ask({"todo", "list", "--text", "patient"});
  CHECK(list.data().at("total").to_number<int>() == 1);
}
