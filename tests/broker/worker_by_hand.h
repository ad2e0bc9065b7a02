#pragma once
// A worker without its thread: a test takes its turns.

#include <decapod/broker/worker.h>

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "encoded_reply.h"
#include "engine_fixture.h"

namespace decapod::broker {

// A worker that is driven by hand, and what it answered last.
class WorkerByHand {
 public:
  explicit WorkerByHand(test::Store& store) : store_(store) { start(); }

  // After it was lost: a successor.
  void start() {
    worker_.reset();
    lost_ = false;
    auto engine = Engine::open(test::Bench::options_of(store_), directory_, store_.clock());
    REQUIRE(engine.has_value());
    WorkerEvents const events{.replies =
                                  [&](std::vector<Done> done, std::set<std::string> const&) {
                                    for (auto& one : done) take(one);
                                  },
                              .complaints = [](std::vector<std::string> const&) {},
                              .lost = [&] { lost_ = true; },
                              .stopped = [] {},
                              .work = [] {}};
    worker_ = std::make_unique<Worker>(*std::move(engine), store_.paths(), QueueLimits{}, events, store_.clock());
  }

  void submit(ipc::Request asked, Access access) {
    auto const now = store_.clock().steady();
    answered_.reset();
    Task task{.ticket = Ticket{++ticket_},
              .job = {.request = std::move(asked), .arrived = now, .deadline = now + Millis(60'000)},
              .access = access};
    REQUIRE(worker_->submit(std::move(task)) == Admission::queued);
  }

  bool turn() { return worker_->turn() == Worker::Next::another_turn; }
  bool is_lost() const { return lost_; }
  std::optional<ReadResult> const& answered() const { return answered_; }
  void settle() {
    worker_->stop();
    while (turn()) {
    }
  }

 private:
  // As the thread does that sends the answers.
  void take(Done& one) {
    answered_ = std::move(one.result);
    if (one.written) answered_->frames = encode(one.written->reply).frames;
  }

  test::Store& store_;
  Directory const directory_ = test::counters();
  std::optional<ReadResult> answered_;
  bool lost_ = false;
  std::uint64_t ticket_ = 0;
  std::unique_ptr<Worker> worker_;
};

}  // namespace decapod::broker
