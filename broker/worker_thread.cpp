#include "worker_thread.h"

namespace decapod::broker {

WorkerThread::~WorkerThread() {
  worker_.stop();
  wake();
  thread_.join();
}

void WorkerThread::wake() {
  // Not between the thread's look at the queue and its going to sleep.
  { std::lock_guard const lock(mutex_); }
  woken_.notify_one();
}

bool WorkerThread::stops_within(Millis time) {
  worker_.stop();
  wake();
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, time, [this] { return over_; });
}

void WorkerThread::run() {
  take_turns();
  std::lock_guard const lock(mutex_);
  over_ = true;
  ended_.notify_all();
}

void WorkerThread::take_turns() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, worker_.patience(), [this] { return worker_.has_work(); });
    }
    if (worker_.turn() == Worker::Next::none) return;
  }
}

}  // namespace decapod::broker
