// What a client waits when the broker that it talks to is killed under load: measured and printed, for README.md. The
// binary under test is asked, not the one with points.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/repository.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

#include "effort.h"
#include "talker.h"

using namespace decapod::test;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kClients = 8;
constexpr int kKills = 120;

struct Asked {
  Clock::time_point began;
  Clock::time_point answered;
  bool acknowledged = false;
};

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

void print(std::string const& what, std::vector<double> const& values) {
  std::cout << what << ": " << values.size() << " of them, p50 " << quantile(values, 0.5) << " ms, p90 "
            << quantile(values, 0.9) << " ms, p99 " << quantile(values, 0.99) << " ms, longest "
            << quantile(values, 1.0) << " ms\n";
}

// One add after the other, without a pause, until told to stop.
std::vector<Asked> add_until(TempRepository const& repository, int number, std::atomic<bool> const& over) {
  std::vector<Asked> all;
  Talker talker(repository.command({"batch"}));
  for (int i = 0; !over; ++i) {
    auto const name = std::to_string(number) + '-' + std::to_string(i);
    Asked asked{.began = Clock::now()};
    auto const answer =
        talker.ask(R"({"op":"todo.add","request_id":"r-)" + name + R"(","args":{"title":"item )" + name + R"("}})");
    asked.answered = Clock::now();
    asked.acknowledged = answer.find("\"ok\":true") != std::string::npos;
    all.push_back(asked);
  }
  return all;
}

// SIGKILL to the serving broker; when. nullopt if nobody served.
std::optional<Clock::time_point> kill_once(TempRepository const& repository) {
  for (auto const& holder : lock_holders(repository.leader_lock())) {
    if (holder.role != Role::broker) continue;
    auto const when = Clock::now();
    kill_and_wait(holder.pid);
    return when;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("the stall that eight busy clients see when their broker is killed, 120 times") {
  auto const seed = drawn_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  TempRepository repository;
  std::atomic<bool> over = false;
  std::vector<std::vector<Asked>> asked(kClients);
  std::vector<Clock::time_point> kills;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i)
      clients.emplace_back([&, i] { asked[static_cast<std::size_t>(i)] = add_until(repository, i, over); });
    while (kills.size() < kKills) {
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(60'000, 140'000)(random)));
      if (auto const when = kill_once(repository)) kills.push_back(*when);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    over = true;
  }
  std::vector<double> undisturbed;
  std::vector<double> stalls;
  std::size_t requests = 0;
  std::size_t acknowledged = 0;
  for (auto const& client : asked) {
    for (auto const& each : client) {
      ++requests;
      acknowledged += each.acknowledged ? 1 : 0;
      auto const hit = std::lower_bound(kills.begin(), kills.end(), each.began);
      bool const struck = hit != kills.end() && *hit <= each.answered;
      (struck ? stalls : undisturbed).push_back(milliseconds(each.answered - (struck ? *hit : each.began)));
    }
  }
  std::cout << "seed " << seed << ", " << kills.size() << " kills, " << requests << " requests\n";
  print("undisturbed, from question to answer", undisturbed);
  print("struck, from the kill to the answer", stalls);
  CHECK(kills.size() >= 100);
  CHECK(stalls.size() >= kills.size());
  CHECK(acknowledged == requests);
  auto const exported = repository.must({"todo", "export"});
  CHECK(static_cast<std::size_t>(std::count(exported.begin(), exported.end(), '\n')) == requests);
}
