#pragma once
// The one thread that touches SQLite, behind the one bounded queue.

#include <decapod/broker/engine.h>
#include <decapod/broker/trail_export.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "copy_line.h"

namespace decapod::broker {

struct Task {
  std::uint64_t connection = 0;
  Job job;
  Access access = Access::read;
  Weight weight = Weight::light;
};

struct Done {
  std::uint64_t connection = 0;
  std::string frames;            // the encoded reply
  election::Descriptor hold{};  // keeps the copy that the reply names, until the client has it
};

struct WorkerCounts {
  std::uint64_t epoch = 0;
  std::uint64_t executed = 0;
  std::uint64_t groups = 0;
  std::uint64_t group_members = 0;
};

// Called on the worker's thread.
struct WorkerEvents {
  std::function<void(std::vector<Done>)> replies;
  std::function<void(std::vector<std::string>)> complaints;
  std::function<void()> lost;     // the engine acknowledges nothing more
  std::function<void()> stopped;  // everything is written and closed
};

enum class Admission : std::uint8_t { queued, full };

class Worker {
 public:
  Worker(std::unique_ptr<Engine> engine, StatePaths const& paths, WorkerEvents events);
  Worker(Worker const&) = delete;
  Worker& operator=(Worker const&) = delete;
  ~Worker();

  Admission submit(Task task);
  std::size_t queued() const;
  WorkerCounts counts() const;
  // Nobody waits for a copy on this connection any more.
  void forget(std::uint64_t connection);
  // Answers everybody who waits for a copy with busy: the next leader has to make it.
  void stop_copying();
  // Finishes the queue, commits the trail of reads, exports, checkpoints and closes; then calls `stopped`.
  void stop();

 private:
  void run();
  std::vector<Task> take(std::unique_lock<std::mutex>& lock);
  void execute(std::vector<Task> tasks);
  void execute_writes(std::vector<Task>& writes, std::vector<Done>& done);
  enum class Load : std::uint8_t { quiet, busy };  // quiet: nobody asked for a while
  void tend(SteadyTime now, Load load);
  Progress export_trail();
  void advance_copies();
  void finish();
  void deliver(std::vector<Done> done);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  bool copying_ends_ = false;
  std::vector<std::uint64_t> gone_;  // connections, while there are copies to make
  std::atomic<bool> copying_ = false;
  WorkerCounts counts_;

  std::unique_ptr<Engine> engine_;
  TrailExport trail_;
  CopyLine copies_;
  WorkerEvents events_;
  SteadyTime exported_at_{};
  bool dirty_ = true;  // something was executed that housekeeping has not looked at
  std::thread thread_;
};

}  // namespace decapod::broker
