#include "worker.h"

#include <decapod/ipc/frame.h>

namespace decapod::broker {
namespace {

constexpr Millis kQuiet{40};        // after this long without a request, housekeeping begins
constexpr Millis kExportLag{1000};  // the exported trail is at most this far behind
constexpr std::size_t kUnsettledMax = 256;
constexpr int kFramesWhenQuiet = 200;
constexpr int kFramesAtMost = 1000;  // what a successor would have to recover: about ten milliseconds

std::string encode(ipc::Reply const& reply) {
  return ipc::make_frames(ipc::FrameKind::reply, to_text(codec::encode(reply)));
}

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Worker::Worker(std::unique_ptr<Engine> engine, StatePaths const& paths, WorkerEvents events)
    : engine_(std::move(engine)), trail_(paths), copies_(paths), events_(std::move(events)) {
  counts_.epoch = engine_->ledger().epoch();
  thread_ = std::thread([this] { run(); });
}

Worker::~Worker() {
  stop();
  if (thread_.joinable()) thread_.join();
}

Admission Worker::submit(Task task) {
  {
    std::lock_guard const lock(mutex_);
    if (queue_.size() >= ipc::kQueueMax) return Admission::full;
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return Admission::queued;
}

std::size_t Worker::queued() const {
  std::lock_guard const lock(mutex_);
  return queue_.size();
}

WorkerCounts Worker::counts() const {
  std::lock_guard const lock(mutex_);
  return counts_;
}

void Worker::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
}

void Worker::forget(std::uint64_t connection) {
  if (!copying_) return;
  std::lock_guard const lock(mutex_);
  gone_.push_back(connection);
}

void Worker::stop_copying() {
  {
    std::lock_guard const lock(mutex_);
    copying_ends_ = true;
  }
  changed_.notify_one();
}

void Worker::run() {
  for (;;) {
    std::vector<Task> tasks;
    {
      std::unique_lock lock(mutex_);
      auto const pause = copying_ ? Millis(0) : kQuiet;
      changed_.wait_for(lock, pause, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_ && queue_.empty()) break;
      tasks = take(lock);
    }
    auto const load = tasks.empty() && !copying_ ? Load::quiet : Load::busy;
    if (!tasks.empty()) execute(std::move(tasks));
    if (copying_ && engine_->health() == Health::sound) advance_copies();
    if (engine_->health() == Health::sound) tend(steady_now(), load);
    if (engine_->health() == Health::lost) {
      copies_.close();
      return events_.lost();
    }
  }
  finish();
}

// Everything that is ready, up to a group; a heavy request runs alone, unless it only waits for a copy.
std::vector<Task> Worker::take(std::unique_lock<std::mutex>&) {
  std::vector<Task> tasks;
  while (!queue_.empty() && tasks.size() < ipc::kBatchMax) {
    auto const& front = queue_.front();
    bool const alone = front.weight == Weight::heavy && front.job.request.source != ipc::Source::copy;
    if (alone && !tasks.empty()) break;
    tasks.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (alone) break;
  }
  return tasks;
}

void Worker::execute(std::vector<Task> tasks) {
  dirty_ = true;
  std::vector<Done> done;
  std::vector<Task> writes;
  for (auto& task : tasks) {
    if (task.access == Access::write) {
      writes.push_back(std::move(task));
    } else if (task.job.request.source == ipc::Source::copy) {
      copying_ = true;
      copies_.add({task.connection, std::move(task.job)});
    } else {
      done.push_back({task.connection, encode(engine_->read(task.job)), {}});
    }
  }
  if (!done.empty()) deliver(std::exchange(done, {}));
  if (!writes.empty()) {
    execute_writes(writes, done);
    deliver(std::move(done));
  }
}

// One slice: whoever came meanwhile is served before the next.
void Worker::advance_copies() {
  std::vector<std::uint64_t> gone;
  bool ends = false;
  {
    std::lock_guard const lock(mutex_);
    gone.swap(gone_);
    ends = copying_ends_;
  }
  for (auto const connection : gone) copies_.forget(connection);
  auto answered = ends ? copies_.give_up(*engine_) : copies_.advance(*engine_, steady_now());
  copying_ = !copies_.empty();
  std::vector<Done> done;
  dirty_ = dirty_ || !answered.empty();
  for (auto& [connection, reply, hold] : answered) done.push_back({connection, encode(reply), std::move(hold)});
  if (!done.empty()) deliver(std::move(done));
}

void Worker::execute_writes(std::vector<Task>& writes, std::vector<Done>& done) {
  std::vector<Job> jobs;
  jobs.reserve(writes.size());
  for (auto& task : writes) jobs.push_back(std::move(task.job));
  auto const replies = engine_->write(jobs);
  for (std::size_t i = 0; i < writes.size(); ++i) done.push_back({writes[i].connection, encode(replies[i]), {}});
  std::lock_guard const lock(mutex_);
  ++counts_.groups;
  counts_.group_members += writes.size();
}

void Worker::deliver(std::vector<Done> done) {
  {
    std::lock_guard const lock(mutex_);
    counts_.executed += done.size();
    counts_.epoch = engine_->ledger().epoch();
  }
  events_.replies(std::move(done));
}

// Between requests, after replies have gone out: nothing here delays an answer that is due.
void Worker::tend(SteadyTime now, Load load) {
  bool const quiet = load == Load::quiet;
  if (quiet) copies_.sweep();
  if (!dirty_) return;
  try {
    if (quiet || engine_->unsettled() > kUnsettledMax) engine_->settle();
    auto const frames = engine_->database().wal_frames();
    if (frames >= kFramesAtMost || (quiet && frames >= kFramesWhenQuiet)) {
      engine_->database().checkpoint(storage::CheckpointMode::passive);
    }
    if (quiet || now - exported_at_ > kExportLag) {
      auto const progress = export_trail();
      dirty_ = progress == Progress::more || engine_->unsettled() > 0;
      exported_at_ = now;
    }
  } catch (storage::Failure const& failure) {
    events_.complaints({std::string("housekeeping: ") + failure.what()});
    exported_at_ = now;
    dirty_ = false;
  }
  if (auto complaints = trail_.take_complaints(); !complaints.empty()) events_.complaints(std::move(complaints));
}

// The files are found by path: once another store stands there, they are its files.
Progress Worker::export_trail() {
  return engine_->database().still_ours() ? trail_.catch_up(engine_->database()) : Progress::done;
}

void Worker::finish() {
  copies_.close();
  engine_->settle();
  try {
    while (export_trail() == Progress::more) {
    }
  } catch (storage::Failure const& failure) {
    events_.complaints({std::string("last export: ") + failure.what()});
  }
  if (auto complaints = trail_.take_complaints(); !complaints.empty()) events_.complaints(std::move(complaints));
  engine_.reset();
  events_.stopped();
}

}  // namespace decapod::broker
