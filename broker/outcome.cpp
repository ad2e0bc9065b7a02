// What became of a group whose commit failed, and what its members are told.

#include <decapod/broker/engine.h>
#include <decapod/broker/losses.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "opening.h"
#include "refusals.h"

namespace decapod::broker {
namespace {

// Longer than it takes to remove a directory with what is in it.
constexpr Millis kRemoval{100};

// Gone, and nothing has taken its place: what was acknowledged lies in no file that anybody finds.
bool lacks_database(StatePaths const& paths) {
  struct stat facts {};
  return lstat(paths.database.c_str(), &facts) != 0 && errno == ENOENT && lstat(paths.leader_lock.c_str(), &facts) == 0;
}

bool same(ledger::Position const& one, ledger::Position const& other) {
  return one.mutations == other.mutations && one.reads == other.reads;
}

}  // namespace

// Whether the group's own rows are what its reply rests on: with them it comes and goes.
bool Engine::rests_on_group(Job const& job, ipc::Reply const& reply) const {
  return reply.vouched == ipc::Vouched::yes && fresh_.contains(job.request.idempotency_key);
}

// Whether the ledger had it already.
bool Engine::is_replayed(Job const& job, ipc::Reply const& reply) const {
  return reply.vouched == ipc::Vouched::yes && !asked_.contains(job.request.idempotency_key);
}

void Engine::answer_failed_group(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                                 std::vector<ipc::Reply>& replies, std::exception_ptr const& fault, Reached reached,
                                 Start const& start) {
  // Before COMMIT was tried the transaction is rolled back, so nothing of it can be in the store.
  if (reached == Reached::members) put_back(start);
  try {
    std::rethrow_exception(fault);
  } catch (std::exception const& cause) {
    auto const failure = failure_of(std::to_string(members.size()) + " writes together", cause);
    if (reached == Reached::commit) {
      complaints_.push_back("a commit of " + std::to_string(members.size()) + " failed: " + failure.message);
      return answer_failed_commit(jobs, members, replies, failure, start);
    }
    refuse_undone(jobs, members, replies, failure);
    if (failure.code == ErrorCode::unreachable) lose_store(failure.message);
  }
}

void Engine::answer_failed_commit(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                                  std::vector<ipc::Reply>& replies, Error const& failure, Start const& start) {
  switch (find_out(start)) {
    case Fate::committed:
      noted_.clear();
      return;
    case Fate::undone: {
      noted_.resize(start.noted);
      for (auto const i : members) {
        if (rests_on_group(jobs[i], replies[i])) {
          replies[i] = ipc::refusal(failure, ipc::Status::NOT_COMMITTED);
          replies[i].vouched = ipc::Vouched::yes;
        }
        note_outcome(jobs[i], replies[i]);
      }
      return;
    }
    case Fate::unknown:
      for (auto const i : members) {
        if (rests_on_group(jobs[i], replies[i]))
          replies[i] = ipc::refusal(unknown_outcome(failure.message), ipc::Status::UNKNOWN);
      }
      return;
  }
}

// For a group that was rolled back before its commit was tried.
void Engine::refuse_undone(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                           std::vector<ipc::Reply>& replies, Error const& failure) {
  for (auto const i : members) {
    if (!is_replayed(jobs[i], replies[i])) {
      replies[i] = ipc::refusal(failure, ipc::Status::NOT_COMMITTED);
      if (asked_.contains(jobs[i].request.idempotency_key)) replies[i].vouched = ipc::Vouched::yes;
    }
    note_outcome(jobs[i], replies[i]);
  }
}

void Engine::note_outcome(Job const& job, ipc::Reply const& reply) {
  auto const error = reply.error ? reply.error->code : "";
  bool const replayed = is_replayed(job, reply) && error != name_of(ErrorCode::request_id_conflict);
  if (replayed) return note(job, audit::Status::REPLAYED, "");
  note(job, job.request.dry_run == ipc::DryRun::yes ? audit::Status::DRY_RUN : audit::Status::NOT_COMMITTED, error);
}

// Opens the store anew, so that recovery decides, and asks it where it stands. Anything but the two places where it can
// stand, each with the rows that belong there, is no answer; then the engine is lost.
Engine::Fate Engine::find_out(Start const& start) {
  auto const attempted = ledger_->position();
  auto const epoch = ledger_->epoch();
  try {
    // Asked before the store is opened anew: what is at the path by then is no sign of what was there.
    if (!database_->still_ours()) {
      lose_files("a commit failed, and the store's files are not at their paths any more");
      return Fate::unknown;
    }
    database_->recover();
    auto ledger = std::make_unique<ledger::Ledger>(*database_, std::nullopt);
    bool const raised = ledger->epoch() == epoch;
    bool const not_yet_raised = !start.raised && ledger->epoch() + 1 == epoch;
    if (raised) ledger = std::make_unique<ledger::Ledger>(*database_, epoch);
    bool const undone = same(ledger->position(), start.position);
    bool const committed = !undone && same(ledger->position(), attempted);
    bool agreed = (raised || not_yet_raised) && (undone || committed);
    for (auto const& key : fresh_) agreed = agreed && ledger->find(key).has_value() == committed;
    if (agreed && committed) {
      // A device that failed a sync may report the next one as done, for pages it never wrote: write them anew.
      database_->checkpoint(storage::CheckpointMode::passive);
      agreed = database_->wal_frames() == 0;
    }
    if (agreed && database_->still_ours()) {
      ledger_ = std::move(ledger);
      return committed ? Fate::committed : Fate::undone;
    }
    lose("after a commit failed, the store does not stand where it can stand");
  } catch (std::exception const& failure) {
    lose("after a commit failed, the store cannot be opened anew", failure.what());
  }
  return Fate::unknown;
}

void Engine::lose(std::string_view what, std::string_view why) noexcept {
  health_ = Health::lost;
  try {
    auto complaint = std::string(what);
    if (!why.empty()) complaint.append(": ").append(why);
    complaints_.push_back(std::move(complaint));
  } catch (std::bad_alloc const&) {
    // That it is lost counts; the words are for the log.
  }
}

// A connection that cannot reach its store any more answers nobody: make room for one that can.
void Engine::lose_store(std::string_view why) {
  if (database_->still_ours()) return lose(why);
  lose_files(why);
}

// Whoever removes the whole store, or puts another directory in its place, must not find new files, and needs no
// record.
bool Engine::only_database_is_gone() const {
  StatePaths const paths(facts_.state_directory);
  auto const is_gone = [&] { return inode_of(paths.directory) == directory_inode_ && lacks_database(paths); };
  if (!is_gone()) return false;
  std::this_thread::sleep_for(kRemoval);
  return is_gone();
}

// What was acknowledged and lies in a WAL without a name would go with this process.
void Engine::lose_files(std::string_view why) {
  lose(why);
  auto const last = ledger_->commit_seq();
  switch (database_->salvage()) {
    case storage::Salvage::nothing_lost:
      return;
    case storage::Salvage::other_store:
      if (only_database_is_gone()) {
        record("the database (decapod.db) was removed under a live broker", last);
      }
      return;
    case storage::Salvage::saved:
      complaints_.push_back("the log of commits was gone; what it held, up to commit " + std::to_string(last) +
                            ", is saved in the database");
      return;
    case storage::Salvage::impossible:
      break;
  }
  record("the log of commits (decapod.db-wal) was removed, replaced or cut off under a live broker", last);
}

// So that doctor and validate report it until somebody has looked, and no empty store takes the place of this one.
void Engine::record(std::string why, std::uint64_t last) {
  Loss const loss{.at = clock_.now().wall, .commit_seq = static_cast<std::int64_t>(last), .why = why};
  bool const recorded = record_loss(facts_.state_directory, loss);
  complaints_.push_back(why + ", and what it held, up to commit " + std::to_string(last) + ", could not be saved" +
                        (recorded ? "" : ", nor that be put on record"));
}

}  // namespace decapod::broker
