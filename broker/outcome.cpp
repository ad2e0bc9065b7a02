// What became of a group whose commit failed, and what its members are told.

#include <decapod/broker/engine.h>

#include "refusals.h"

namespace decapod::broker {
namespace {

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
      noted_are_kept();
      return;
    case Fate::undone:
      noted_.resize(start.noted);
      return refuse_undone(jobs, members, replies, failure);
    case Fate::unknown:
      return answer_unknown(jobs, members, replies, failure);
  }
}

// For a group of which nobody can say whether it is in the store. Whoever has no row of its own in it did nothing, and
// what it saw may not be there.
void Engine::answer_unknown(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                            std::vector<ipc::Reply>& replies, Error const& failure) const {
  for (auto const i : members) {
    if (is_replayed(jobs[i], replies[i])) continue;
    replies[i] = rests_on_group(jobs[i], replies[i])
                     ? ipc::refusal(unknown_outcome(failure.message), ipc::Status::UNKNOWN)
                     : ipc::refusal(failure, ipc::Status::NOT_COMMITTED);
  }
}

// For a group of which nothing is in the store. Dry runs and refusals that nobody remembers saw rows of others that
// are gone: they are no answer either.
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
    if (auto const looked = tables_.look_again(); !looked) {
      lose("after a commit failed, the store is another one", looked.error().message);
      return Fate::unknown;
    }
    auto ledger = make_ledger(std::nullopt);
    bool const raised = ledger->epoch() == epoch;
    bool const not_yet_raised = start.epoch == ledger::Epoch::as_found && ledger->epoch() + 1 == epoch;
    if (raised) ledger = make_ledger(epoch);
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

}  // namespace decapod::broker
