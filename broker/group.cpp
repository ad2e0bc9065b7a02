// Group commit: many writes, one transaction, one sync; and what happens when SQLite throws a group away.

#include <decapod/broker/engine.h>
#include <decapod/crash/point.h>
#include <decapod/storage/transaction.h>

#include <algorithm>
#include <numeric>

#include "refusals.h"

namespace decapod::broker {
namespace {

void refuse_all(std::vector<std::size_t> const& members, std::vector<ipc::Reply>& replies, Error const& error,
                ipc::Status status) {
  for (auto const i : members) replies[i] = ipc::refusal(error, status);
}

bool speaks_of_files(ipc::Reply const& reply) {
  return reply.error && reply.error->code == name_of(ErrorCode::unreachable);
}

}  // namespace

std::vector<ipc::Reply> Engine::write(std::span<Job const> jobs) {
  std::vector<ipc::Reply> replies(jobs.size());
  if (health_ == Health::lost) {
    // Its connection may still take a commit, and nobody could vouch for it.
    for (auto& reply : replies) reply = ipc::refusal(store_is_lost(), ipc::Status::NOT_COMMITTED);
    return replies;
  }
  if (facts_.standing == contract::Standing::copy) {
    std::ranges::transform(jobs, replies.begin(),
                           [&](Job const& job) { return refuse(job, not_through_the_broker(job.request.op)); });
    return replies;
  }
  try {
    run_groups(jobs, replies);
  } catch (std::exception const& fault) {
    // Wherever it stopped: what has been committed is for a successor to find out.
    lose("a fault while writes were executed", fault.what());
    for (auto& reply : replies) reply = ipc::refusal(unknown_outcome(fault.what()), ipc::Status::UNKNOWN);
  }
  // Files that are not as they were left fail one request after the other: who repeats is to meet a successor.
  if (health_ == Health::sound && std::ranges::any_of(replies, speaks_of_files) && !database_->still_ours()) {
    lose_files("the store's files are not as they were left");
  }
  if (health_ == Health::sound) witness();
  return replies;
}

void Engine::run_groups(std::span<Job const> jobs, std::vector<ipc::Reply>& replies) {
  std::vector<std::size_t> members(jobs.size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  std::vector<std::size_t> offenders;
  while (!members.empty()) {
    auto const undo = offenders.empty() ? undo_for(jobs, members) : Undo::savepoint;
    auto const offender = run_group(jobs, members, replies, undo);
    if (!offender) break;
    std::erase(members, *offender);
    offenders.push_back(*offender);
  }
  // What was committed without the offenders is there, whatever becomes of the store with them.
  if (!offenders.empty() && health_ == Health::sound) witness();
  // Alone, an offender either fails for a reason of its own or turns out to have been a victim of the group's size.
  for (auto const offender : offenders) {
    bool const rerun = jobs.size() > 1 && health_ == Health::sound;
    bool const undone = !rerun || run_group(jobs, {offender}, replies, Undo::savepoint).has_value();
    if (undone) note(jobs[offender], audit::Status::NOT_COMMITTED, replies[offender].error->code);
  }
}

// What is heavy runs alone, and is not run twice for a refusal.
Engine::Undo Engine::undo_for(std::span<Job const> jobs, std::vector<std::size_t> const& members) const {
  if (members.size() > 1) return Undo::whole_group;
  auto const* operation = directory_.find(jobs[members.front()].request.op);
  bool const heavy = operation != nullptr && operation->type->verb->weight == Weight::heavy;
  return heavy ? Undo::savepoint : Undo::whole_group;
}

// Runs `members` in one transaction. Returns the member that made SQLite drop the transaction, if one did: then nothing
// of the group is in the store, and only that member's reply is final.
std::optional<std::size_t> Engine::run_group(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                                             std::vector<ipc::Reply>& replies, Undo undo) {
  undo_ = undo;
  Start const start{.position = ledger_->position(), .epoch = ledger_->epoch_state(), .noted = noted_.size()};
  // Nothing of an earlier attempt counts.
  fresh_.clear();
  asked_.clear();
  for (auto const i : members) replies[i] = {};
  std::optional<std::size_t> offender;
  bool committing = false;
  std::exception_ptr fault;
  bool again = false;
  try {
    for (auto const i : members) stand_in_for_dry_run(jobs[i]);
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    ledger_->enter_transaction();
    crash::reach(crash::Point::group_begun);
    run_members(jobs, members, replies, offender);
    if (offender) {
      // Whoever is run again is noted again.
      put_back(start);
      return offender;
    }
    // What was lost of the reads is no write's affair.
    if (!noted_.empty()) append_noted();
    crash::reach(crash::Point::group_before_commit);
    committing = true;
    transaction.commit();
  } catch (RunAgain const&) {
    again = true;
  } catch (ledger::Fenced const& fenced) {
    tables_.undo();
    lose(fenced.what());
    refuse_all(members, replies, fail(ErrorCode::busy, fenced.what()), ipc::Status::NOT_COMMITTED);
    return std::nullopt;
  } catch (std::exception const&) {
    // Answered when the transaction is over, and with it whatever it holds.
    fault = std::current_exception();
  }
  if (again) {
    put_back(start);
    return run_group(jobs, members, replies, Undo::savepoint);
  }
  if (fault) {
    tables_.undo();
    answer_failed_group(jobs, members, replies, fault, committing ? Reached::commit : Reached::members, start);
    return std::nullopt;
  }
  crash::reach(crash::Point::group_committed);
  tables_.keep();
  noted_are_kept();
  if (!database_->still_ours()) {
    static constexpr auto kReplaced = "the store was replaced while it was written";
    lose_files(kReplaced);
    answer_unknown(jobs, members, replies, fail(ErrorCode::unreachable, kReplaced));
  }
  return std::nullopt;
}

void Engine::run_members(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                         std::vector<ipc::Reply>& replies, std::optional<std::size_t>& offender) {
  for (auto const i : members) {
    replies[i] = run_write(jobs[i]);
    if (!database_->in_transaction()) {
      if (!replies[i].error) {
        replies[i] = ipc::refusal(fail(ErrorCode::internal, "the request ended its own transaction"),
                                  ipc::Status::NOT_COMMITTED);
      }
      offender = i;
      return;
    }
  }
}

// It leaves no tables behind, and needs some to be judged by.
void Engine::stand_in_for_dry_run(Job const& job) {
  if (job.request.dry_run == ipc::DryRun::no) return;
  if (auto const* operation = directory_.find(job.request.op)) tables_.stand_in_for(*operation);
}

void Engine::put_back(Start const& start) {
  ledger_->restore(start.position, start.epoch);
  noted_.resize(start.noted);
  tables_.undo();
}

void Engine::look_at_files() {
  if (!writable_ || health_ == Health::lost) return;
  if (!database_->still_ours()) lose_files("the store's files are not at their paths any more");
}

void Engine::settle() {
  look_at_files();
  if (!noted_.empty()) write_noted();
}

void Engine::settle_at_end() {
  look_at_files();
  if (!noted_.empty() || unwritten_ > 0) write_noted();
}

void Engine::write_noted() {
  if (!writable_ || health_ == Health::lost) return;
  auto const kept = in_quiet_transaction("writing the trail of reads", [&] {
    append_noted();
    crash::reach(crash::Point::trail_before_commit);
  });
  if (kept == Kept::yes) {
    noted_are_kept();
    crash::reach(crash::Point::trail_committed);
  } else {
    // Nobody was promised them; a store that cannot take them will say so to the next write.
    unwritten_ += noted_.size();
    noted_.clear();
  }
}

void Engine::append_noted() {
  if (unwritten_ > 0) ledger_->append_read(gap());
  for (auto const& record : noted_) ledger_->append_read(record);
}

void Engine::noted_are_kept() {
  noted_.clear();
  unwritten_ = 0;
}

audit::Record Engine::gap() const {
  Job job;
  job.request.op = "broker.gap";
  job.request.caller.actor = "decapod";
  job.arrived = clock_.steady();
  auto words = std::to_string(unwritten_) + " records before this one could not be written";
  return record_of_note(job, audit::Status::GAP, std::move(words), {});
}

}  // namespace decapod::broker
