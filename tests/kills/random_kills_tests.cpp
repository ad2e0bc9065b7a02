// Many clients that never stop, and leaders that die again and again: at points and visits that are drawn, and at any
// moment, by a signal from outside. DECAPOD_KILL_FACTOR multiplies the deaths.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/tenures.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "effort.h"
#include "killing.h"
#include "workloads.h"

using namespace decapod::test;
namespace crash = decapod::crash;

namespace {

constexpr std::uint64_t kDeathsWanted = 900;
// A broker may be killed from outside while it dies at a point.
constexpr std::uint64_t kMarginPart = 30;
constexpr int kClients = 8;
constexpr int kPicksBetweenLooks = 20;

class Crowd {
 public:
  Crowd(TempRepository const& repository, std::uint32_t seed) : repository_(repository), random_(seed) {
    for (int i = 0; i < kClients; ++i) clients_.emplace_back([this, i, own = random_()] { live(i, own); });
  }

  ~Crowd() { stop(); }
  Crowd(Crowd const&) = delete;
  Crowd& operator=(Crowd const&) = delete;

  // Ends after what is being asked is answered.
  void stop() {
    over_ = true;
    clients_.clear();
  }

  void tell(Oracle& oracle) {
    for (auto& [requests, course] : heard_) oracle.heard(std::move(requests), std::move(course));
    heard_.clear();
  }

 private:
  void live(int number, std::uint32_t seed) {
    std::mt19937 random(seed);
    for (int turn = 0; !over_; ++turn) {
      std::vector<Request> requests;
      for (int i = 0; i < 8; ++i) requests.push_back(draw(number, turn, i, random));
      // Two of the clients are shells, the others hold a connection.
      auto course = ask_all(repository_, requests, number < 2 ? Manner::process_each : Manner::one_process);
      std::scoped_lock const guard(mutex_);
      heard_.emplace_back(std::move(requests), std::move(course));
    }
  }

  static Request draw(int number, int turn, int i, std::mt19937& random) {
    auto const actor = "agent-" + std::to_string(number);
    auto const name = std::to_string(number) + '-' + std::to_string(turn) + '-' + std::to_string(i);
    switch (std::uniform_int_distribution(0, 9)(random)) {
      case 0:
        return read_request("todo.stats");
      case 1:
        return dry_add_request(actor, "dry " + name);
      case 2:
        return claim_request("c-" + name, actor, "pool-" + std::to_string(turn % 400));
      case 3:
        // A heavy read, now and then: its client reads the whole of a store that grows.
        return number == 2 && i == 0 && turn % 8 == 0 ? read_request("broker.verify") : read_request("todo.ready");
      default:
        return add_request("a-" + name, actor, "item " + name);
    }
  }

  TempRepository const& repository_;
  std::mt19937 random_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  std::vector<std::pair<std::vector<Request>, Course>> heard_;
  std::vector<std::jthread> clients_;
};

// What broker.log has of a process that has just gone: "" if nothing, else the event that it wrote last, as "adopt".
std::string last_event(std::string const& broker_log, pid_t pid) {
  constexpr std::streamoff kRecent = 1 << 16;
  std::ifstream file(broker_log, std::ios::ate);
  file.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(file.tellg()) - kRecent));
  auto const mark = " pid=" + std::to_string(pid) + ' ';
  std::string last;
  for (std::string line; std::getline(file, line);) {
    auto const at = line.find(mark);
    if (at == std::string::npos) continue;
    auto const event = line.substr(at + mark.size());
    last = event.substr(0, event.find_first_of(": "));
  }
  return last;
}

// Whether a process has a handler for a signal, and would run it now. A broker that has just begun has none yet, and
// would die of it; one that stands by has its parent's, and would meet the signal when it begins.
bool catches(pid_t pid, int signal) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::uint64_t blocked = 0;
  for (std::string word; status >> word;) {
    if (word == "SigBlk:") status >> std::hex >> blocked;
    if (word != "SigCgt:") continue;
    std::uint64_t caught = 0;
    status >> std::hex >> caught;
    return ((caught & ~blocked) >> (signal - 1) & 1) != 0;
  }
  return false;
}

// Orders deaths. Whether they come is for others to say: the clients, and broker.log.
class Killer {
 public:
  Killer(Killing& killing, TempRepository const& repository, std::uint32_t seed)
      : killing_(killing),
        leader_lock_(repository.leader_lock()),
        log_(repository.state() + "/broker.log"),
        random_(seed) {}

  void kill_until(std::uint64_t deaths) {
    while (total() < deaths) {
      auto const what = between(0, 9);
      if (what < 2)
        from_outside();
      else
        at_a_point(what < 4 ? crash::Role::command : crash::Role::broker);
    }
  }

  // Brokers that were there, had not left by themselves, and were gone after the signal.
  std::vector<pid_t> const& outside() const { return outside_; }
  std::uint64_t total() const {
    return outside_.size() + killing_.deaths_of(crash::Role::command) + killing_.deaths_of(crash::Role::broker);
  }

 private:
  int between(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  void from_outside() {
    std::this_thread::sleep_for(std::chrono::microseconds(between(0, 15'000)));
    auto const killed = kill_serving_broker(leader_lock_);
    if (!killed) return;
    // Before it says that it has taken over, or after it has said that it leaves, nobody could tell it from one that
    // ended by itself.
    auto const last = last_event(log_, *killed);
    if (!last.empty() && last != "leave") outside_.push_back(*killed);
  }

  // A place that is passed in these moments, or one of a broker that leaves: then it is told to.
  std::optional<Place> draw_place(crash::Role role) {
    if (picks_++ % kPicksBetweenLooks == 0) {
      passed_.swap(seen_);
      for (auto const& place : all_places()) seen_[to_string(place)] = killing_.visits(place);
    }
    std::vector<Place> candidates;
    for (auto const& place : all_places()) {
      bool const passed = killing_.visits(place) > passed_[to_string(place)];
      bool const leaving = role == crash::Role::broker && leaves(place.point);
      if (place.role == role && (passed || leaving)) candidates.push_back(place);
    }
    if (candidates.empty()) return std::nullopt;
    return candidates[static_cast<std::size_t>(between(0, static_cast<int>(candidates.size()) - 1))];
  }

  void at_a_point(crash::Role role) {
    auto const place = draw_place(role);
    if (!place) return std::this_thread::sleep_for(std::chrono::milliseconds(5));
    auto const before = killing_.deaths(*place);
    bool const leaving = leaves(place->point);
    killing_.set_delay(drawn_delay(random_));
    killing_.arm(*place, leaving ? 1 : static_cast<std::uint64_t>(between(1, 5)));
    if (leaving) {
      for (auto const& holder : lock_holders(leader_lock_))
        if (holder.role == Role::broker && catches(holder.pid, SIGTERM)) kill(holder.pid, SIGTERM);
    }
    // Some places are rare: then another one has its turn.
    eventually([&] { return killing_.deaths(*place) > before; }, std::chrono::milliseconds(30));
    killing_.disarm(*place);
  }

  static bool leaves(crash::Point point) {
    return point >= crash::Point::drain_begun && point <= crash::Point::service_over;
  }

  Killing& killing_;
  std::string leader_lock_;
  std::string log_;
  std::mt19937 random_;
  std::vector<pid_t> outside_;
  int picks_ = 0;
  std::map<std::string, std::uint64_t> seen_;    // visits at the last look
  std::map<std::string, std::uint64_t> passed_;  // and at the one before
};

// How many of those who were killed have left no last word.
std::int64_t seen_to_die(std::vector<pid_t> const& killed, std::vector<pid_t> const& cut_short) {
  std::multiset<pid_t> left(cut_short.begin(), cut_short.end());
  std::int64_t seen = 0;
  for (auto const pid : killed) {
    auto const found = left.find(pid);
    if (found == left.end()) continue;
    left.erase(found);
    ++seen;
  }
  return seen;
}

}  // namespace

TEST_CASE("900 leaders die at random under eight clients: no client sees an error, nothing is lost or done twice") {
  auto const seed = drawn_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Killing killing;
  TempRepository repository(TempRepository::Store::initialized, killing.program());
  repository.environment()["DECAPOD_BROKER_LOG_BYTES"] = kWholeLog;
  repository.environment()["DECAPOD_BROKER_IDLE_MS"] = "30";
  repository.environment()["DECAPOD_TIMEOUT_MS"] = "60000";
  Oracle oracle(repository);
  std::string pool;
  for (int i = 0; i < 400; ++i) pool += exported_item("pool-" + std::to_string(i));
  write_file(repository.scratch("pool.jsonl"), pool);
  std::vector<Client> importer(1);
  importer[0].requests.push_back(import_request("pool", "alice", repository.scratch("pool.jsonl"), "pool-", 400));
  ask_together(repository, std::move(importer), oracle);

  auto const wanted = kDeathsWanted * static_cast<std::uint64_t>(kill_factor());
  Killer killer(killing, repository, random());
  auto const began = std::chrono::steady_clock::now();
  {
    Crowd crowd(repository, random());
    killer.kill_until(wanted + wanted / kMarginPart);
    crowd.stop();
    crowd.tell(oracle);
  }
  auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  auto problems = oracle.problems();
  for (auto& problem : oracle.verdict()) problems.push_back(std::move(problem));
  for (auto const& problem : problems) std::cout << problem << '\n';
  std::cout << "seed " << seed << ", " << killer.total() << " deaths in " << took
            << " s: " << killing.deaths_of(crash::Role::broker) << " brokers and "
            << killing.deaths_of(crash::Role::command) << " commands at points, " << killer.outside().size()
            << " brokers from outside; " << killing.within() << " within a commit or checkpoint; " << oracle.processes()
            << " client processes, " << oracle.unknown() << " outcomes unknown for a while\n"
            << deaths_by_place(killing);
  CHECK(problems.empty());
  // Who died as a command was a client, too: every one of them, and no other, was asked again.
  CHECK(static_cast<std::uint64_t>(oracle.deaths()) == killing.deaths_of(crash::Role::command));
  REQUIRE(eventually([&] { return lock_holders(repository.leader_lock()).empty(); }));
  auto const tenures = read_tenures(repository.state() + "/broker.log");
  // Deaths as others saw them: brokers without a last word, and clients that were told that their process was killed.
  auto const cut_short = static_cast<std::int64_t>(tenures.cut_short.size());
  std::cout << cut_short << " of " << tenures.brokers << " brokers left no last word\n";
  CHECK(cut_short + oracle.deaths() >= static_cast<std::int64_t>(wanted));
  CHECK_FALSE(killer.outside().empty());
  CHECK(killing.deaths_of(crash::Role::broker) > 0);
  CHECK(killing.deaths_of(crash::Role::command) > 0);
  // And nobody died of anything else.
  CHECK(cut_short - seen_to_die(killer.outside(), tenures.cut_short) <=
        static_cast<std::int64_t>(killing.deaths_of(crash::Role::broker)));
  INFO(tenures.first_overlap);
  CHECK(tenures.overlaps == 0);
}
