// What many clients at once, slow ones and hostile ones can do to a broker, by bytes on its socket (ipc/PROTOCOL.md):
// others are served meanwhile, and neither memory nor descriptors grow without bound.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/memory.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw_client.h"
#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>

using namespace decapod::test;

namespace {

constexpr std::size_t kConnectionsMax = 4096;  // PROTOCOL.md, Limits

std::string add(std::string const& title, std::string const& key) {
  boost::json::object const request{
      {"op", "todo.add"},
      {"arguments", {{"title", title}}},
      {"caller", {{"actor", "crowd"}, {"actor_source", "--actor"}, {"session", "once:1"}, {"cwd", "/"}}},
      {"request_id", key},
      {"idempotency_key", key},
      {"timeout_ms", 60'000},
      {"dry_run", false},
      {"min_seq", 0}};
  return frame(kRequest, boost::json::serialize(request));
}

// A store with a broker that stays, watched through /proc.
class Crowded {
 public:
  Crowded() {
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    // Both ends have to be allowed as many.
    REQUIRE(limit.rlim_max > kConnectionsMax + 500);
    repository.set_idle(Milliseconds(60'000));
    repository.must({"todo", "add", "first"});
    REQUIRE(eventually([&] { return holder() != 0; }));
    broker_ = holder();
    must_connect(repository);
  }

  pid_t broker() const { return broker_; }
  bool still_leads() const { return holder() == broker_; }
  std::size_t descriptors() const {
    namespace fs = std::filesystem;
    auto const open = fs::directory_iterator("/proc/" + std::to_string(broker_) + "/fd");
    return static_cast<std::size_t>(std::distance(open, fs::directory_iterator()));
  }
  std::int64_t memory_kib(std::string const& field) const { return decapod::test::memory_kib(broker_, field); }
  std::int64_t items(std::string const& text) const {
    auto const answer = repository.ask({"todo", "list", "--text", text, "--limit", "1"});
    INFO(told(answer));
    REQUIRE(answer.ok());
    return answer.data().at("total").to_number<std::int64_t>();
  }
  // A command is answered by the broker that is being abused.
  void check_served(std::string const& title) const {
    auto const answer = repository.ask({"todo", "add", title});
    INFO(told(answer));
    CHECK(answer.ok());
    CHECK(items(title) == 1);
    CHECK(still_leads());
  }

  TempRepository repository;

 private:
  pid_t holder() const {
    for (auto const& held : lock_holders(repository.leader_lock())) {
      if (held.role == Role::broker) return held.pid;
    }
    return 0;
  }
  pid_t broker_ = 0;
};

}  // namespace

TEST_CASE("a thousand clients that are connected at once are each greeted and each served once") {
  constexpr std::size_t kClients = 1000;
  Crowded const crowd;
  auto const descriptors = crowd.descriptors();
  auto const memory = crowd.memory_kib("VmRSS");
  std::vector<Raw> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    auto client = Raw::connect(crowd.repository);
    REQUIRE(client.has_value());
    clients.push_back(*std::move(client));
  }
  for (auto const& client : clients) REQUIRE(client.is_greeted());
  CHECK(crowd.descriptors() >= descriptors + kClients);
  for (std::size_t i = 0; i < kClients; ++i) {
    REQUIRE(clients[i].say(add("crowd " + std::to_string(i), "k" + std::to_string(i))));
  }
  crowd.check_served("beside the crowd");
  std::size_t committed = 0;
  for (auto const& client : clients) {
    if (client.message().find("\"COMMITTED\"") != std::string::npos) ++committed;
  }
  CHECK(committed == kClients);
  CHECK(crowd.items("crowd ") == static_cast<std::int64_t>(kClients));
  // 64 KB for each connection and each request of it is far more than either takes.
  INFO(memory << " kB before, at most " << crowd.memory_kib("VmHWM"));
  CHECK(crowd.memory_kib("VmHWM") < memory + static_cast<std::int64_t>(kClients) * 64);
  clients.clear();
  CHECK(eventually([&] { return crowd.descriptors() <= descriptors + 2; }));
  CHECK(crowd.still_leads());
}

TEST_CASE("more connections than there is room for: the last are closed without a greeting, and room is used again") {
  Crowded const crowd;
  auto const descriptors = crowd.descriptors();
  std::vector<Raw> clients;
  // The kernel's queue holds those that the broker has not accepted yet; each is greeted, or closed, before the next.
  while (clients.size() < kConnectionsMax + 50) {
    auto client = Raw::connect(crowd.repository);
    REQUIRE(client.has_value());
    if (!client->is_greeted()) break;
    clients.push_back(*std::move(client));
  }
  CHECK(clients.size() == kConnectionsMax);
  CHECK(crowd.descriptors() <= descriptors + kConnectionsMax + 2);
  CHECK(crowd.memory_kib("VmRSS") < 512 * 1024);
  auto const shut_out = crowd.repository.ask({"todo", "add", "no room", "--timeout", "500ms"});
  INFO(told(shut_out));
  CHECK(shut_out.error_code() == "TIMEOUT");
  CHECK(shut_out.envelope.at("status").as_string() == "NOT_COMMITTED");
  // Those who have a place are served.
  REQUIRE(clients.front().say(add("has a place", "k1")));
  CHECK(clients.front().message().find("\"COMMITTED\"") != std::string::npos);
  clients.erase(clients.begin(), clients.begin() + 100);
  crowd.check_served("room again");
  CHECK(crowd.items("no room") == 0);
}

TEST_CASE("clients that send half of everything are dropped in time, and everybody else is served meanwhile") {
  Crowded const crowd;
  auto const descriptors = crowd.descriptors();
  auto const whole = add("half", "half");
  std::vector<Raw> slow;
  for (int i = 0; i < 60; ++i) {
    slow.push_back(must_connect(crowd.repository));
    auto const& client = slow.back();
    switch (i % 3) {
      case 0:  // half a header
        REQUIRE(client.say(whole.substr(0, 3)));
        break;
      case 1:  // half a frame
        REQUIRE(client.say(whole.substr(0, whole.size() / 2)));
        break;
      default:  // a request in parts that never ends
        REQUIRE(client.say(frame(kPart, "{")));
        break;
    }
  }
  std::atomic<bool> done = false;
  // One byte a second, which prolongs nothing.
  std::jthread dripping([&] {
    for (std::size_t at = 0; !done && at < 60; ++at) {
      for (std::size_t i = 0; i < slow.size(); i += 3) slow[i].say(whole.substr(3 + at, 1));
      for (int tenth = 0; !done && tenth < 10; ++tenth) std::this_thread::sleep_for(Milliseconds(100));
    }
  });
  for (int i = 0; i < 10; ++i) crowd.check_served("meanwhile " + std::to_string(i));
  for (auto const& client : slow) CHECK(client.is_dropped());
  done = true;
  dripping.join();
  CHECK(crowd.items("half") == 0);
  slow.clear();
  CHECK(eventually([&] { return crowd.descriptors() <= descriptors + 2; }));
}

TEST_CASE("a length of four gigabytes, garbage and frames that are no client's cost no memory and nobody their turn") {
  Crowded const crowd;
  auto const memory = crowd.memory_kib("VmRSS");
  std::vector<std::string> const hostile = {
      std::string("\xff\xff\xff\xff\x01", 5),
      std::string("\xff\xff\xff\xff\x02", 5) + std::string(100'000, 'x'),
      std::string("\x01\x00\x10\x00\x01", 5),  // one byte more than a frame may have
      std::string(100'000, '\xa5'),
      "GET / HTTP/1.1\r\n\r\n",
      frame(3, "{}"),
      frame(4, ""),
      frame(99, "?"),
      frame(kRequest, "") + std::string(4, '\0'),
      frame(kRequest, std::string(100'000, '[')) + frame(99, "?"),
      frame(5, R"({"schema":0,"protocol":0,"version":0})") + frame(0, "")};
  for (int round = 0; round < 20; ++round) {
    for (auto const& bytes : hostile) {
      auto const client = must_connect(crowd.repository);
      client.say(bytes);
    }
  }
  // Again, and this time each is heard to its end.
  for (auto const& bytes : hostile) {
    auto const client = must_connect(crowd.repository);
    client.say(bytes);
    CHECK(client.is_dropped());
  }
  crowd.check_served("unharmed");
  INFO(memory << " kB before, at most " << crowd.memory_kib("VmHWM"));
  CHECK(crowd.memory_kib("VmHWM") < memory + 64 * 1024);
}

TEST_CASE("what clients are owed who ask and never read fills no memory") {
  Crowded const crowd;
  auto const memory = crowd.memory_kib("VmRSS");
  std::string some;
  while (some.size() < 64 * 1024) some += frame(kStatus, "");
  std::vector<Raw> silent;
  for (int i = 0; i < 20; ++i) {
    silent.push_back(must_connect(crowd.repository));
    for (int burst = 0; burst < 40; ++burst) silent.back().say(some);
  }
  for (int i = 0; i < 5; ++i) crowd.check_served("beside them " + std::to_string(i));
  INFO(memory << " kB before, at most " << crowd.memory_kib("VmHWM"));
  // A megabyte of answers each, twice while it is being sent, and what the kernel takes.
  CHECK(crowd.memory_kib("VmHWM") < memory + 20 * 4 * 1024);
}

TEST_CASE("another user reaches no broker: not the directory, and not even an open socket") {
  // Only root can become another user; as anybody else the test would prove nothing, so it fails.
  REQUIRE(geteuid() == 0);
  Crowded const crowd;
  auto const as_nobody = [&] {
    // 0: greeted; 1: no connection; 2: closed before the greeting.
    pid_t const child = fork();
    if (child == 0) {
      if (setgid(65534) != 0 || setuid(65534) != 0) _exit(9);
      auto const client = Raw::connect(crowd.repository);
      if (!client) _exit(1);
      _exit(client->is_greeted() ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  // Everything above the state directory is open, so that its own mode decides.
  namespace fs = std::filesystem;
  fs::path const state = crowd.repository.state();
  auto const let_in = [](fs::path const& path) {
    fs::permissions(path, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  };
  for (auto above = state.parent_path(); above != fs::temp_directory_path() && above.has_relative_path();
       above = above.parent_path()) {
    let_in(above);
  }
  CHECK(as_nobody() == 1);
  // Somebody opened that, too: the kernel's word about the peer still stands in the way.
  let_in(state);
  fs::permissions(state / "broker.sock", fs::perms::all);
  CHECK(as_nobody() == 2);
  CHECK(read_file(crowd.repository.state() + "/broker.log").find("another user") != std::string::npos);
  fs::permissions(state, fs::perms::owner_all);
  crowd.check_served("still ours");
}
