// Twenty agents add fifty items each, every one from a process of its own. What is counted is what is in the store.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/store_copy.h>
#include <support/tenures.h>

#include "workers.h"

#include <algorithm>
#include <atomic>
#include <set>

using namespace decapod::test;

namespace {

constexpr int kAgents = 20;
constexpr int kAddsEach = 50;
constexpr int kAll = kAgents * kAddsEach;
constexpr Milliseconds kIdle{300};

std::vector<std::vector<Answer>> add_everything(TempRepository const& repository) {
  std::vector<std::vector<Answer>> answers(kAgents);
  in_parallel(kAgents, [&](int agent) {
    Environment const identity{{"DECAPOD_AGENT_ID", "agent-" + std::to_string(agent)}};
    for (int i = 0; i < kAddsEach; ++i) {
      auto const title = "item " + std::to_string(agent) + '/' + std::to_string(i);
      answers[static_cast<std::size_t>(agent)].push_back(repository.ask({"todo", "add", title}, identity));
    }
  });
  return answers;
}

// Every command succeeded, no message speaks of locks, and no two answers share a marker.
void check_answers(std::vector<std::vector<Answer>> const& answers) {
  std::set<std::string> markers;
  int failures = 0;
  std::string first_failure;
  for (auto const& of_agent : answers) {
    for (auto const& answer : of_agent) {
      if (answer.ok() && answer.process.error.find("lock") == std::string::npos)
        markers.insert(answer.marker());
      else if (++failures == 1)
        first_failure = told(answer);
    }
  }
  INFO(first_failure);
  CHECK(failures == 0);
  CHECK(markers.size() == kAll);
}

void check_store(TempRepository const& repository) {
  auto const exported = repository.must({"todo", "export"});
  CHECK(std::count(exported.begin(), exported.end(), '\n') == kAll);
  StoreCopy const store(repository);
  CHECK(store.rows("PRAGMA integrity_check").front() == "ok");
  auto const adds = std::string(" WHERE json_extract(body, '$.request_type') = 'todo.add'");
  CHECK(store.number("SELECT count(*) FROM ledger WHERE operation = 'todo.add' AND status = 'COMMITTED'") == kAll);
  CHECK(store.number("SELECT count(*) FROM audit_mutation" + adds) == kAll);
  CHECK(store.number("SELECT count(*) FROM audit_mutation" + adds +
                     " AND json_extract(body, '$.status') = 'COMMITTED'") == kAll);
  CHECK(store.number("SELECT count(DISTINCT json_extract(body, '$.actor')) FROM audit_mutation" + adds) == kAgents);
}

void check_one_leader_at_a_time(TempRepository const& repository) {
  auto const tenures = read_tenures(repository.state() + "/broker.log");
  INFO(tenures.first_overlap);
  CHECK(tenures.overlaps == 0);
}

std::vector<pid_t> brokers_seen(std::string const& lock) {
  std::vector<pid_t> pids;
  for (auto const& holder : lock_holders(lock))
    if (holder.role == Role::broker) pids.push_back(holder.pid);
  return pids;
}

// A look takes time: one broker may leave and the next one come while it goes on. Two that are seen twice held the lock
// at the same moment, between the looks.
long brokers_at_once(std::string const& lock) {
  auto const first = brokers_seen(lock);
  if (first.size() < 2) return std::ssize(first);
  auto const second = brokers_seen(lock);
  return std::max(1L, static_cast<long>(std::ranges::count_if(
                          first, [&](pid_t pid) { return std::ranges::count(second, pid) > 0; })));
}

// Counts the brokers that hold the lock, again and again.
class BrokerCensus {
 public:
  explicit BrokerCensus(std::string leader_lock)
      : watcher_([this, lock = std::move(leader_lock)](std::stop_token const& stop) {
          while (!stop.stop_requested()) {
            auto const brokers = brokers_at_once(lock);
            if (brokers > most_) most_ = brokers;
            if (brokers > 0) ++sightings_;
            std::this_thread::sleep_for(Milliseconds(5));
          }
        }) {}
  void stop() {
    watcher_.request_stop();
    watcher_.join();
  }
  std::atomic<long> most_ = 0;
  std::atomic<long> sightings_ = 0;

 private:
  std::jthread watcher_;
};

}  // namespace

TEST_CASE("a thousand adds from twenty agents at once are a thousand items, markers and records") {
  TempRepository repository;
  repository.environment()["DECAPOD_BROKER_LOG_BYTES"] = kWholeLog;
  repository.set_idle(kIdle);
  BrokerCensus census(repository.leader_lock());
  auto const answers = add_everything(repository);
  // And nothing of decapod is left, without anybody having ended it.
  CHECK(repository.falls_quiet());
  census.stop();
  CHECK(census.sightings_ > 0);
  CHECK(census.most_ == 1);
  check_answers(answers);
  check_one_leader_at_a_time(repository);
  check_store(repository);
}

TEST_CASE("a thousand adds survive the broker being killed every five milliseconds") {
  TempRepository repository;
  repository.environment()["DECAPOD_BROKER_LOG_BYTES"] = kWholeLog;
  repository.set_idle(kIdle);
  int kills = 0;
  std::jthread killer([&](std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      if (kill_serving_broker(repository.leader_lock())) ++kills;
      std::this_thread::sleep_for(Milliseconds(5));
    }
  });
  auto const answers = add_everything(repository);
  killer.request_stop();
  killer.join();
  CHECK(kills >= 50);
  check_answers(answers);
  check_one_leader_at_a_time(repository);
  check_store(repository);
}
