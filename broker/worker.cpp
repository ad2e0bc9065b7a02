#include <decapod/broker/worker.h>
#include <decapod/crash/point.h>

#include <fmt/core.h>

#include <algorithm>

#include "copy_line.h"
#include "encoded_reply.h"

namespace decapod::broker {
namespace {

constexpr Millis kQuiet{40};  // after this long without a request, housekeeping begins
// While a copy is made. Who never sleeps is taken off the processor by the kernel's tick alone, every few milliseconds,
// and whoever wants it waits for that.
constexpr std::chrono::microseconds kBetweenSlices{50};
constexpr Millis kLook{100};        // how old the look at the store's files may be while somebody asks
constexpr Millis kExportLag{1000};  // the exported trail begins to catch up when it is this far behind
// Records of each chain that a turn exports at least while somebody waits for the next one. It exports twice what its
// group wrote, so that their trail does not fall behind for good, and no more: whoever writes waits for it, and 256 at
// once take longer than a group. The trail of reads, of which more may come in a turn, is level again when it is quiet.
constexpr std::size_t kExportedBetweenGroups = 16;
// The lock is held meanwhile, and nobody is answered: the next tenure exports what is left.
constexpr Millis kLastExport{500};
constexpr std::size_t kUnsettledMax = 256;
constexpr std::size_t kNotesMax = 4096;
constexpr int kFramesWhenQuiet = 200;
// What a successor would have to recover, in about twenty milliseconds. Whoever waits for a write waits for a fold that
// comes before it as well, for some 250 pages and two syncs: five milliseconds. A group of four edits writes 30 frames,
// so that each of eight busy writers meets a fold in one write of two hundred.
constexpr int kFramesAtMost = 12'000;

}  // namespace

Worker::Worker(std::unique_ptr<Engine> engine, StatePaths const& paths, QueueLimits limits, WorkerEvents events,
               Clock& clock)
    : limits_(limits),
      engine_(std::move(engine)),
      trail_(paths),
      copies_(std::make_unique<CopyLine>(paths, [this] { return has_work(); })),
      events_(std::move(events)),
      clock_(clock) {
  counts_.epoch = engine_->ledger().epoch();
}

Worker::~Worker() = default;

Admission Worker::submit(Task task) {
  {
    std::lock_guard const lock(mutex_);
    bool const too_much = !queue_.empty() && queued_bytes_ + task.bytes > limits_.bytes;
    if (queue_.size() >= limits_.requests || too_much) return Admission::full;
    auto const bytes = task.bytes;
    queue_.push_back(std::move(task));
    queued_bytes_ += bytes;
  }
  events_.work();
  return Admission::queued;
}

void Worker::cancel(Ticket ticket) {
  std::lock_guard const lock(mutex_);
  auto const of_ticket = [&](Task const& task) {
    if (task.ticket != ticket) return false;
    queued_bytes_ -= task.bytes;
    return true;
  };
  if (std::erase_if(queue_, of_ticket) > 0) return;
  withdrawn_.insert(ticket);
  if (reading_ == ticket) cancelled_ = true;
}

bool Worker::note(SharedRead read) {
  std::lock_guard const lock(mutex_);
  // Those who joined are as many as there are connections, and their answer is on its way.
  if (read.served == audit::Served::cached && notes_.size() >= kNotesMax) return false;
  notes_.push_back(std::move(read));
  return true;
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
  events_.work();
}

void Worker::stop_copying() {
  {
    std::lock_guard const lock(mutex_);
    copying_ends_ = true;
  }
  events_.work();
}

bool Worker::has_work() const {
  std::lock_guard const lock(mutex_);
  return stopping_ || !queue_.empty();
}

std::chrono::microseconds Worker::patience() const {
  return copies_->empty() ? kQuiet : kBetweenSlices;
}

Worker::Next Worker::turn() {
  try {
    return take_turn();
  } catch (std::exception const& fault) {
    // What was taken is not answered, and may be done: its clients see the connection end, and repeat under their keys.
    if (engine_) engine_->lose("a fault of the worker", fault.what());
  }
  return leave_lost();
}

Worker::Next Worker::leave_lost() {
  try {
    if (engine_) complain(engine_->take_complaints());
    copies_->close();
  } catch (std::exception const&) {
    // A copy that stays is swept by the next leader.
  }
  events_.lost();
  return Next::none;
}

Worker::Next Worker::take_turn() {
  std::vector<Task> tasks;
  bool last = false;
  {
    std::lock_guard const lock(mutex_);
    last = stopping_ && queue_.empty();
    if (!last) tasks = take();
  }
  if (last) {
    finish();
    return Next::none;
  }
  auto const load = tasks.empty() && copies_->empty() ? Load::quiet : Load::busy;
  take_notes();
  if (!tasks.empty()) execute(std::move(tasks));
  if (!copies_->empty() && engine_->health() == Health::sound) advance_copies();
  if (engine_->health() == Health::sound) tend(clock_.steady(), load);
  if (engine_->health() == Health::lost) return leave_lost();
  complain(engine_->take_complaints());
  return Next::another_turn;
}

// Everything that is ready, up to a group; a heavy request runs alone, unless it only waits for a copy.
std::vector<Task> Worker::take() {
  // While copies are made they may be of those that wait for one: advance_copies() looks.
  if (copies_->empty()) withdrawn_.clear();
  std::vector<Task> tasks;
  while (!queue_.empty() && tasks.size() < ipc::kBatchMax) {
    auto const& front = queue_.front();
    bool const alone = front.weight == Weight::heavy && front.job.request.source != ipc::Source::copy;
    if (alone && !tasks.empty()) break;
    queued_bytes_ -= front.bytes;
    tasks.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (alone) break;
  }
  return tasks;
}

void Worker::execute(std::vector<Task> tasks) {
  crash::reach(crash::Point::group_taken);
  dirty_ = true;
  std::vector<Done> done;
  std::vector<Task> writes;
  for (auto& task : tasks) {
    // A read may have found out that the store is lost: from here on nobody is answered from it.
    if (engine_->health() == Health::lost) break;
    if (!begins(task)) continue;
    if (task.access == Access::write) {
      writes.push_back(std::move(task));
    } else if (task.job.request.source == ipc::Source::copy) {
      copies_->add({task.ticket, std::move(task.job)});
    } else {
      done.push_back(execute_read(task));
    }
  }
  if (!done.empty()) deliver(std::exchange(done, {}));
  if (!writes.empty() && engine_->health() == Health::sound) {
    execute_writes(writes, done);
    deliver(std::move(done));
  }
}

// Whether somebody still waits for it: from here on it is being executed.
bool Worker::begins(Task const& task) {
  std::lock_guard const lock(mutex_);
  if (withdrawn_.contains(task.ticket)) return false;
  if (task.access == Access::write || task.job.request.source == ipc::Source::copy) return true;
  reading_ = task.ticket;
  cancelled_ = false;
  return true;
}

Done Worker::execute_read(Task const& task) {
  auto const outcome = engine_->read(task.job, &cancelled_);
  {
    std::lock_guard const lock(mutex_);
    reading_ = Ticket::none;
  }
  auto [frames, error] = encode(outcome.reply);
  auto beginner = Beginner::waited;
  if (!outcome.reply.error && !error.empty()) {
    engine_->answer_went_unsent(error);
  } else if (error.empty() && task.beginner_waits_until && clock_.steady() >= *task.beginner_waits_until) {
    // Decided here and once: what the beginner is told is what its record says.
    beginner = Beginner::too_late;
    engine_->answer_went_unsent(std::string(name_of(ErrorCode::timeout)));
  }
  return {.ticket = task.ticket,
          .result = {std::move(frames), outcome.executed, outcome.valid_until, std::move(error)},
          .beginner = beginner};
}

// Reads that the I/O thread answered on its own go on record with the others.
void Worker::take_notes() {
  std::vector<SharedRead> notes;
  {
    std::lock_guard const lock(mutex_);
    notes.swap(notes_);
  }
  for (auto const& read : notes) engine_->note(read);
  if (!notes.empty()) dirty_ = true;
}

// One slice: whoever came meanwhile is served before the next.
void Worker::advance_copies() {
  std::set<Ticket> withdrawn;
  bool ends = false;
  {
    std::lock_guard const lock(mutex_);
    withdrawn.swap(withdrawn_);
    ends = copying_ends_;
  }
  for (auto const ticket : withdrawn) copies_->forget(ticket);
  auto answered = ends ? copies_->give_up(*engine_) : copies_->advance(*engine_, clock_.steady());
  std::vector<Done> done;
  dirty_ = dirty_ || !answered.empty();
  for (auto& [ticket, reply, hold] : answered)
    done.push_back({ticket, {.frames = encode(reply).frames}, std::move(hold)});
  if (!done.empty()) deliver(std::move(done));
}

void Worker::execute_writes(std::vector<Task>& writes, std::vector<Done>& done) {
  std::vector<Job> jobs;
  jobs.reserve(writes.size());
  for (auto& task : writes) jobs.push_back(std::move(task.job));
  auto replies = engine_->write(jobs);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    done.push_back({.ticket = writes[i].ticket,
                    .result = {},
                    .written = Written{.job = std::move(jobs[i]), .reply = std::move(replies[i])}});
  }
  group_ = writes.size();
  std::lock_guard const lock(mutex_);
  ++counts_.groups;
  counts_.group_members += writes.size();
}

void Worker::deliver(std::vector<Done> done) {
  crash::reach(crash::Point::replies_made);
  {
    std::lock_guard const lock(mutex_);
    counts_.executed += done.size();
    counts_.epoch = engine_->ledger().epoch();
  }
  events_.replies(std::move(done), engine_->take_changed());
}

// Between requests, after replies have gone out: nothing here delays an answer that is due.
void Worker::tend(SteadyTime now, Load load) {
  bool const quiet = load == Load::quiet;
  try {
    if (quiet) copies_->sweep();
    // A store that was replaced must not be read from for as long as nobody writes.
    if (quiet || now - looked_at_ >= kLook) {
      engine_->look_at_files();
      looked_at_ = now;
    }
    if (!dirty_) return;
    if (quiet || engine_->unsettled() > kUnsettledMax) engine_->settle();
    // What is lost is not folded: the log is not this database's any more.
    if (engine_->health() == Health::lost) return;
    auto const frames = engine_->database().wal_frames();
    if (frames >= kFramesAtMost || (quiet && frames >= kFramesWhenQuiet)) {
      engine_->fold(storage::CheckpointMode::passive);
    }
    if (quiet || now - exported_at_ > kExportLag) {
      auto const progress =
          export_trail(quiet ? TrailExport::kWhenQuiet : std::max(kExportedBetweenGroups, 2 * group_));
      // Else the next turn goes on.
      if (quiet || progress == Progress::done) exported_at_ = now;
      if (quiet) dirty_ = leaves_work(progress);
    }
  } catch (std::exception const& fault) {
    complain({fmt::format("housekeeping: {}", fault.what())});
    exported_at_ = now;
    dirty_ = false;
  }
  complain(trail_.take_complaints());
}

// What is done only while nobody asks, one step a turn. Whether anything is left for the next one.
bool Worker::leaves_work(Progress exported) {
  return exported == Progress::more || engine_->unsettled() > 0 || engine_->forget_replies() == Engine::Left::more ||
         engine_->upkeep() == Engine::Left::more;
}

// The files are found by path: once another store stands there, they are its files.
Progress Worker::export_trail(std::size_t records) {
  engine_->look_at_files();
  return engine_->database().still_ours() ? trail_.catch_up(engine_->database(), records) : Progress::done;
}

void Worker::complain(std::vector<std::string> complaints) {
  if (!complaints.empty()) events_.complaints(std::move(complaints));
}

void Worker::finish() {
  take_notes();
  copies_->close();
  try {
    engine_->settle_at_end();
    complain(engine_->take_complaints());
    auto const until = clock_.steady() + kLastExport;
    while (export_trail(TrailExport::kWhenQuiet) == Progress::more && clock_.steady() < until) {
    }
  } catch (std::exception const& fault) {
    complain({fmt::format("last export: {}", fault.what())});
  }
  complain(trail_.take_complaints());
  crash::reach(crash::Point::last_export_done);
  engine_->close();
  complain(engine_->take_complaints());
  engine_.reset();
  crash::reach(crash::Point::store_closed);
  events_.stopped();
}

}  // namespace decapod::broker
