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

 private:
  void run();

  Worker& worker_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::thread thread_;
};

}  // namespace decapod::broker
