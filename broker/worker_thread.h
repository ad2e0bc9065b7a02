#pragma once
// The thread that takes a worker's turns.

#include <decapod/broker/worker.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace decapod::broker {

class WorkerThread {
 public:
  // `worker` is borrowed.
  explicit WorkerThread(Worker& worker) : worker_(worker), thread_([this] { run(); }) {}
  WorkerThread(WorkerThread const&) = delete;
  WorkerThread& operator=(WorkerThread const&) = delete;
  // Stops the worker, and waits for its last turn.
  ~WorkerThread();

  // The worker has work. Any thread.
  void wake();
  // Stops the worker. False: its turn lasts longer than that.
  bool stops_within(Millis time);

 private:
  void run();
  void take_turns();

  Worker& worker_;
  std::mutex mutex_;
  bool over_ = false;
  std::condition_variable woken_;
  std::condition_variable ended_;
  std::thread thread_;
};

}  // namespace decapod::broker
