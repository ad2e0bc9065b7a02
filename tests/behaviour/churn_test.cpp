// Brokers that live for milliseconds: requests meet leaders that start, drain and leave, thousands of times. Bursts of
// requests, then a pause about as long as the idle time, so that many arrive while the broker is on its way out. Most
// of it is waiting, so two repositories are churned side by side. DECAPOD_CHURN_FACTOR multiplies the amount
// (scripts/soak).

#include <support/effort.h>
#include <catch2/catch.hpp>

#include <support/store_copy.h>
#include <support/tenures.h>

#include "workers.h"

#include <array>
#include <atomic>
#include <barrier>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>
#include <set>

using namespace decapod::test;

namespace {

constexpr int kShells = 5;  // one of them reads, the others write
constexpr int kRepositories = 2;
// In each repository; the title's numbers are for both.
constexpr int kChangesWanted = 1'500;
constexpr int kRequestsWanted = 10'000;
constexpr int kRoundsMost = 6'000;

int churn_factor() {
  return static_cast<int>(effort("DECAPOD_CHURN_FACTOR", 1));
}

constexpr std::array kIdleMs = {1, 2, 3, 5, 8, 13, 20};

// What a burst is like; drawn by the thread that comes last to the barrier.
struct Round {
  int number = 0;
  int idle_ms = 1;
};

class Churn {
 public:
  Churn(TempRepository const& repository, std::uint32_t seed, int factor)
      : repository_(repository), random_(seed), factor_(factor) {}

  void run() {
    std::barrier gather(kShells, [this]() noexcept { draw(); });
    in_parallel(kShells, [&](int shell) {
      std::mt19937 own(static_cast<std::uint32_t>(shell) + random_());
      for (gather.arrive_and_wait(); !over_; gather.arrive_and_wait()) {
        pause(std::uniform_int_distribution(0, 3'000)(own));
        request(shell);
      }
    });
  }

  int requests() const { return requests_; }
  std::size_t writes() const { return writes_; }
  std::size_t markers() const { return markers_.size(); }
  std::size_t epochs() const { return epochs_.size(); }
  int failures() const { return failures_; }
  std::string const& first_failure() const { return first_failure_; }

 private:
  static void pause(int microseconds) { std::this_thread::sleep_for(std::chrono::microseconds(microseconds)); }

  void draw() {
    auto const enough =
        requests_ >= kRequestsWanted * factor_ && epochs_.size() >= static_cast<std::size_t>(kChangesWanted * factor_);
    over_ = enough || ++round_.number > kRoundsMost * factor_;
    if (over_) return;
    // Around the moment when the broker of the last burst leaves.
    pause(std::uniform_int_distribution(round_.idle_ms * 500, round_.idle_ms * 2'500)(random_));
    round_.idle_ms = kIdleMs[std::uniform_int_distribution<std::size_t>(0, kIdleMs.size() - 1)(random_)];
  }

  void request(int shell) {
    Environment const with{{"DECAPOD_BROKER_IDLE_MS", std::to_string(round_.idle_ms)},
                           {"DECAPOD_AGENT_ID", "shell-" + std::to_string(shell)}};
    bool const reads = shell == 0;
    auto const answer =
        reads ? repository_.ask({"todo", "stats"}, with) : repository_.ask({"todo", "add", "item"}, with);
    std::scoped_lock const guard(mutex_);
    ++requests_;
    if (!answer.ok()) {
      if (++failures_ == 1) first_failure_ = told(answer);
      return;
    }
    if (reads) return;
    ++writes_;
    auto const marker = answer.marker();
    markers_.insert(marker);
    epochs_.insert(marker.substr(0, marker.find('.')));
  }

  TempRepository const& repository_;
  std::mt19937 random_;
  int factor_;
  Round round_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  std::atomic<int> requests_ = 0;
  std::size_t writes_ = 0;
  std::set<std::string> markers_;
  std::set<std::string> epochs_;
  int failures_ = 0;
  std::string first_failure_;
};

void check_store(TempRepository const& repository, Churn const& churn, std::size_t changes_wanted) {
  INFO(churn.first_failure());
  CHECK(churn.failures() == 0);
  CHECK(churn.markers() == churn.writes());

  StoreCopy const store(repository);
  auto const committed =
      store.number("SELECT count(*) FROM ledger WHERE operation = 'todo.add' AND status = 'COMMITTED'");
  CHECK(static_cast<std::size_t>(committed) == churn.writes());
  // A later epoch never has an earlier place in the order of commits: no two leaders ever wrote at the same time.
  CHECK(store.number("SELECT count(*) FROM (SELECT epoch < lag(epoch) OVER (ORDER BY commit_seq) AS back FROM ledger"
                     " WHERE commit_seq IS NOT NULL) WHERE back") == 0);
  auto const exported = repository.must({"todo", "export"});
  CHECK(static_cast<std::size_t>(std::count(exported.begin(), exported.end(), '\n')) == churn.writes());

  auto const tenures = read_tenures(repository.state() + "/broker.log");
  INFO(tenures.first_overlap);
  CHECK(tenures.overlaps == 0);
  CHECK(tenures.brokers >= changes_wanted);
  WARN(churn.requests() << " requests, " << churn.epochs() << " epochs, " << tenures.brokers << " spawned brokers");
}

}  // namespace

TEST_CASE("20,000 requests over 3,000 leader changes: none is lost, none applied twice, never two leaders") {
  auto const factor = churn_factor();
  auto const seed = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  INFO("seed " << seed);
  std::array<TempRepository, kRepositories> repositories;
  std::vector<std::unique_ptr<Churn>> churns;
  for (std::uint32_t i = 0; i < kRepositories; ++i) {
    repositories[i].environment()["DECAPOD_BROKER_LOG_BYTES"] = kWholeLog;
    churns.push_back(std::make_unique<Churn>(repositories[i], seed + i, factor));
  }
  in_parallel(kRepositories, [&](int i) { churns[static_cast<std::size_t>(i)]->run(); });
  for (std::size_t i = 0; i < kRepositories; ++i) {
    CHECK(churns[i]->requests() >= kRequestsWanted * factor);
    check_store(repositories[i], *churns[i], static_cast<std::size_t>(kChangesWanted * factor));
  }
}
