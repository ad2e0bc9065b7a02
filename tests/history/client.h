#pragma once
// One client: asks, notes when and what, now and then dies in between or asks again.

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <random>

#include "answers.h"
#include "transport.h"
#include "workload.h"

namespace decapod::history {

// An item that is worked on.
struct Target {
  std::string id;
  std::atomic<std::int64_t> latest_token{0};
  std::atomic<int> uses{0};
};

// What all clients share.
struct Scene {
  std::atomic<std::int64_t> operations{0};
  std::atomic<std::int64_t> titles{0};
  std::atomic<LeaseNumber> leases{0};
  std::atomic<bool> paused{false};
  std::int64_t wanted = 0;
  std::mutex mutex;  // of what follows
  std::vector<std::shared_ptr<Target>> targets;
};

class Client {
 public:
  // How a client goes about it: how long it rests between requests, how often it dies while it waits for an answer (one
  // in so many writes), and how soon after it asked.
  struct Habit {
    std::chrono::milliseconds rest{0};
    int dies_one_in = 250;
    std::chrono::microseconds soon{500};
  };
  Client(Scene& scene, Session session, std::unique_ptr<Transport> transport, Habit habit, std::uint32_t seed)
      : scene_(scene), session_(session), transport_(std::move(transport)), habit_(habit), random_(seed) {}

  // Until there were enough operations.
  void work();
  // Puts an item in a place that has none.
  void fill(std::size_t place);
  // Asks the ledger about what was never answered.
  void settle();

  Run& seen() { return run_; }

 private:
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool one_in(int many) { return below(many) == 0; }
  void act();
  void look(StoreQuery query);
  void show(Target& target);
  void change(Target& target, Act act);
  void retire(std::size_t place);
  void come_back();
  void write(ItemRecord record, Request request);
  bool hear(ItemRecord& record, std::optional<boost::json::object> const& envelope);
  void ask_again(ItemRecord const& record, Request const& request);
  void fault(std::string text);
  std::shared_ptr<Target> pick(std::size_t& place);

  Scene& scene_;
  Session session_;
  std::unique_ptr<Transport> transport_;
  Habit habit_;
  std::mt19937 random_;
  std::int64_t requests_ = 0;
  // Items that nobody works on for a while, the one that is due first in front.
  struct Left {
    std::shared_ptr<Target> target;
    Time due;
  };
  std::deque<Left> left_;
  Run run_;
};

}  // namespace decapod::history
