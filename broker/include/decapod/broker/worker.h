#pragma once
// What touches SQLite, behind the one bounded queue: one turn at a time, by whatever thread drives it.

#include <decapod/broker/engine.h>
#include <decapod/broker/service.h>
#include <decapod/broker/shared_reads.h>
#include <decapod/broker/trail_export.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace decapod::broker {

class CopyLine;

struct Task {
  Ticket ticket = Ticket::none;
  std::size_t bytes = 0;  // what the request came in
  Job job;
  Access access = Access::read;
  Weight weight = Weight::light;
  // Of a shared read: how long the one who began it waits. The job has time for all who may join.
  std::optional<SteadyTime> beginner_waits_until{};
};

// Whether whoever began a read still waited when it was done. The record says what it says.
enum class Beginner : std::uint8_t { waited, too_late };

// A write that was executed. Its answer is put into words, and its request thrown away, by the thread that sends it:
// for the one that executes, the next group is waiting.
struct Written {
  Job job;
  ipc::Reply reply;
};

struct Done {
  Ticket ticket = Ticket::none;
  ReadResult result;  // of a read
  Descriptor hold{};  // keeps the copy that the reply names, until the client has it
  Beginner beginner = Beginner::waited;
  std::optional<Written> written{};
};

struct WorkerCounts {
  std::uint64_t epoch = 0;
  std::uint64_t executed = 0;
  std::uint64_t groups = 0;
  std::uint64_t group_members = 0;
};

// Called in a turn, but for `work`.
struct WorkerEvents {
  // What was executed, and the logical databases that it changed.
  std::function<void(std::vector<Done>, std::set<std::string> changed)> replies;
  std::function<void(std::vector<std::string>)> complaints;
  std::function<void()> lost;     // the engine acknowledges nothing more. Must not throw
  std::function<void()> stopped;  // everything is written and closed
  // There is something to take a turn for. Called by whoever brought it.
  std::function<void()> work;
};

enum class Admission : std::uint8_t { queued, full };

// turn() and patience() belong to the thread that drives it, and so does the engine from the first turn on. Everything
// else may be called by another thread meanwhile.
class Worker {
 public:
  Worker(std::unique_ptr<Engine> engine, StatePaths const& paths, QueueLimits limits, WorkerEvents events,
         Clock& clock);
  Worker(Worker const&) = delete;
  Worker& operator=(Worker const&) = delete;
  ~Worker();

  Admission submit(Task task);
  // Nobody waits for this one any more: if it has not begun it never will; a read that has is interrupted; a write that
  // has is finished.
  void cancel(Ticket ticket);
  // Has it put on record when there is time. False: too many that were answered from the cache wait for that already.
  bool note(SharedRead read);
  std::size_t queued() const;
  WorkerCounts counts() const;
  // Answers everybody who waits for a copy with busy: the next leader has to make it.
  void stop_copying();
  // Finishes the queue, commits the trail of reads, exports, checkpoints and closes; then calls `stopped`.
  void stop();

  enum class Next : std::uint8_t { another_turn, none };
  // Takes what is ready and executes it, or looks after the store if nothing is. None: it has stopped, or is lost.
  // Throws nothing that is a std::exception: a fault outside of the engine loses it, and is told by `lost`.
  Next turn();
  bool has_work() const;
  // How long to wait for work before the next turn, which then looks after the store or goes on with a copy.
  std::chrono::microseconds patience() const;

 private:
  Next take_turn();
  Next leave_lost();
  std::vector<Task> take();
  void execute(std::vector<Task> tasks);
  void execute_writes(std::vector<Task>& writes, std::vector<Done>& done);
  enum class Load : std::uint8_t { quiet, busy };  // quiet: nobody asked for a while
  void tend(SteadyTime now, Load load);
  bool leaves_work(Progress exported);
  Progress export_trail(std::size_t records);
  void complain(std::vector<std::string> complaints);
  void advance_copies();
  void finish();
  Done execute_read(Task const& task);
  bool begins(Task const& task);
  void deliver(std::vector<Done> done);
  void take_notes();

  mutable std::mutex mutex_;
  QueueLimits limits_;
  std::deque<Task> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<SharedRead> notes_;
  std::set<Ticket> withdrawn_;     // cancelled after they were taken off the queue
  Ticket reading_ = Ticket::none;  // the read that is being executed
  bool stopping_ = false;
  bool copying_ends_ = false;
  WorkerCounts counts_;
  std::atomic<bool> cancelled_ = false;  // nobody waits for `reading_`

  std::unique_ptr<Engine> engine_;
  TrailExport trail_;
  std::unique_ptr<CopyLine> copies_;
  WorkerEvents events_;
  Clock& clock_;
  std::size_t group_ = 0;  // writes of the last group
  SteadyTime exported_at_{};
  SteadyTime looked_at_{};
  bool dirty_ = true;  // something was executed that housekeeping has not looked at
};

}  // namespace decapod::broker
