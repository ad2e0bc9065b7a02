#include "workload.h"

#include <support/leader.h>

#include <functional>
#include <thread>

#include "client.h"

namespace decapod::history {
namespace {

using std::chrono::milliseconds;
using test::Environment;
using test::TempRepository;

constexpr int kLasting = 12;  // clients on a connection of their own
constexpr int kOneShot = 2;   // and these start a process for each request; the last of them without sockets
constexpr std::size_t kTargets = 6;
constexpr milliseconds kIdle{40};
constexpr milliseconds kTenure{1'500};

Environment identity(Session session) {
  return {{"DECAPOD_AGENT_ID", "agent-" + std::to_string(actor_of(session))},
          {"DECAPOD_SESSION_ID", "s-" + std::to_string(session)},
          {"DECAPOD_BROKER_IDLE_MS", std::to_string(kIdle.count())},
          {"DECAPOD_BROKER_TENURE_MS", std::to_string(kTenure.count())}};
}

// Each request without sockets ends a broker's tenure: there are enough of them, and more would leave no time for
// others.
constexpr Client::Habit kLastingHabit{};
constexpr Client::Habit kOneShotHabit{milliseconds(10), 25, std::chrono::microseconds(5'000)};
constexpr Client::Habit kBoxedHabit{milliseconds(300), 10, std::chrono::microseconds(5'000)};

std::vector<std::unique_ptr<Client>> clients_of(TempRepository const& repository, Scene& scene, std::uint32_t seed) {
  std::vector<std::unique_ptr<Client>> clients;
  for (Session session = 0; session < kLasting + kOneShot; ++session) {
    auto const own = seed + static_cast<std::uint32_t>(session) * 7919U;
    bool const lasting = session < kLasting;
    bool const boxed = session == kLasting + kOneShot - 1;
    auto transport = lasting ? batch_transport(repository, identity(session))
                             : one_shot_transport(repository, identity(session), boxed ? "claude" : "");
    auto const& habit = lasting ? kLastingHabit : boxed ? kBoxedHabit : kOneShotHabit;
    clients.push_back(std::make_unique<Client>(scene, session, std::move(transport), habit, own));
  }
  return clients;
}

// Kills the broker, or lets everybody rest until it has left.
void disturb(TempRepository const& repository, Scene& scene, std::uint32_t seed, Counts& counts) {
  std::mt19937 random(seed);
  while (scene.operations < scene.wanted) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution(200, 800)(random)));
    if (std::uniform_int_distribution(0, 3)(random) > 0) {
      if (test::kill_serving_broker(repository.leader_lock())) ++counts.kills;
      continue;
    }
    scene.paused = true;
    std::this_thread::sleep_for(2 * kIdle);
    scene.paused = false;
    ++counts.pauses;
  }
}

void add_up(Run& all, Run& one) {
  auto const append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(all.history.items, one.history.items);
  append(all.history.reads, one.history.reads);
  append(all.faults, one.faults);
  all.history.settled.merge(one.history.settled);
  auto& counts = all.counts;
  counts.operations += one.counts.operations;
  counts.nothing_done += one.counts.nothing_done;
  counts.unknown += one.counts.unknown;
  counts.asked_again += one.counts.asked_again;
  counts.replayed += one.counts.replayed;
}

}  // namespace

Run run_workload(TempRepository& repository, Plan const& plan) {
  Scene scene;
  scene.wanted = plan.operations;
  auto const clients = clients_of(repository, scene, plan.seed);
  while (scene.targets.size() < kTargets) clients.front()->fill(scene.targets.size());
  Run run;
  {
    std::vector<std::jthread> threads;
    threads.reserve(clients.size() + 1);
    for (auto const& client : clients) threads.emplace_back([&client] { client->work(); });
    threads.emplace_back([&] { disturb(repository, scene, plan.seed, run.counts); });
  }
  for (auto const& client : clients) {
    client->settle();
    add_up(run, client->seen());
  }
  return run;
}

}  // namespace decapod::history
