// One write, inside the transaction of its group: looked up, applied, recorded.

#include <decapod/base/each_once.h>
#include <decapod/broker/engine.h>
#include <decapod/broker/shared_reads.h>
#include <decapod/contract/authority.h>
#include <decapod/crash/point.h>
#include <decapod/storage/transaction.h>

#include "refusals.h"

namespace decapod::broker {
namespace {

// "todo/item/t-4k2m" lies in "todo".
std::string database_of(std::string const& key) {
  return key.substr(0, key.find('/'));
}

// Whose reads may see another result after this mutation: its own subsystem's, and those of what it names.
std::vector<std::string> databases_of(audit::Record const& record) {
  std::set<std::string> databases{record.db_id};
  for (auto const& key : record.affected_keys) databases.insert(database_of(key));
  return {databases.begin(), databases.end()};
}

// What the ledger says of the request, in the words of its reply.
ipc::Reply stored_reply(std::string const& key, ledger::Entry const& entry, Sha256 const& digest) {
  if (entry.digest != digest) {
    return ipc::refusal(
        fail(ErrorCode::request_id_conflict, "request id '" + key + "' belongs to another request of " + entry.actor,
             about(key, entry)),
        ipc::Status::NOT_COMMITTED);
  }
  if (!entry.reply) return no_longer_kept(key, entry);
  auto const unreadable = [&](Error const& error) {
    return ipc::refusal(
        fail(ErrorCode::internal, "the stored reply cannot be read: " + error.message, about(key, entry)),
        status_of(entry));
  };
  auto const stored = parse_json(*entry.reply, "the stored reply");
  if (!stored) return unreadable(stored.error());
  auto reply = codec::decode<ipc::Reply>(*stored, codec::Unknown::ignore);
  return reply ? *std::move(reply) : unreadable(reply.error());
}

}  // namespace

// One write on its way: what the ledger and the trail need to know of it.
struct Engine::Attempt {
  Job const& job;
  Sha256 const& digest;
  Instant const& now;
  std::vector<std::string> affected;
};

ipc::Reply Engine::run_write(Job const& job) {
  auto const& request = job.request;
  auto const* operation = directory_.find(request.op);
  if (operation == nullptr || operation->type->verb->access != Access::write) {
    return refuse(job, fail(ErrorCode::unknown_verb, "there is no write '" + request.op + "'"));
  }
  auto const arguments = operation->type->canonical(request.arguments);
  if (!arguments) return refuse(job, arguments.error());
  bool const late = clock_.steady() >= job.deadline;
  auto vouched = ipc::Vouched::no;
  try {
    bool const imagined = request.dry_run == ipc::DryRun::yes;
    if (imagined && late) return refuse(job, too_late(job));
    auto const meaning = meaning_of(*operation->type, *arguments);
    auto const digest = ledger::digest_of(request.op, to_text(meaning), request.caller.actor);
    if (imagined) {
      auto const entry = ledger_->find(request.idempotency_key);
      if (!entry || entry->digest == digest) return preview(job, *operation, *arguments, meaning);
      note(job, audit::Status::DRY_RUN, name_of(ErrorCode::request_id_conflict));
      return stored_reply(request.idempotency_key, *entry, digest);
    }
    // The ledger first: "too late" must not be said of what an earlier attempt has done.
    if (auto const entry = ledger_->find(request.idempotency_key)) return replay(job, *entry, digest);
    asked_.insert(request.idempotency_key);
    vouched = ipc::Vouched::yes;
    if (late) return refuse(job, too_late(job), vouched);
    return apply(job, *operation, *arguments, meaning, digest);
  } catch (storage::Failure const& failure) {
    // Transient: what this request did is undone, and nothing is remembered of it.
    return refuse(job, failure.error(), vouched);
  } catch (std::exception const& bug) {
    // A fault in one handler is that request's answer, not everybody's broker.
    return refuse(job, fault_of(request.op, bug), vouched);
  }
}

// Checkpoint of every write: whatever transport it came by, it stands in its transaction here, and is judged before its
// handler sees it.
Result<void> Engine::admit(contract::Context& context, contract::Operation const& operation,
                           json::object const& arguments, json::object const& meaning) {
  // A restore was judged by the policy of the store that it ends, before it came here.
  bool const judged = facts_.standing == contract::Standing::staged;
  if (judged || operation.warrant == contract::Warrant::signature) return {};
  contract::Action action{.operation = {}, .meaning = meaning, .concern = {}, .declared = &operation};
  auto const name = operation_name(*operation.type->verb);
  action.operation = name;
  if (operation.concern != nullptr) action.concern = operation.concern(context, arguments);
  auto admitted = contract::admit(context, action);
  if (admitted || operation.reword == nullptr) return admitted;
  return operation.reword(context, arguments, std::move(admitted).error());
}

// Where no savepoint undoes it. Whoever let SQLite drop the transaction has undone everything.
void Engine::must_have_written_nothing(std::int64_t written) const {
  if (undo_ == Undo::savepoint || !database_->in_transaction()) return;
  if (database_->rows_written() != written) throw RunAgain();
}

ipc::Reply Engine::apply(Job const& job, contract::Operation const& operation, json::object const& arguments,
                         json::object const& meaning, Sha256 const& digest) {
  tables_.begin_for(operation);
  auto const instant = clock_.now();
  auto const position = ledger_->position();
  auto context = context_for(job, instant);
  Attempt attempt{.job = job, .digest = digest, .now = instant, .affected = {}};
  auto const written = database_->rows_written();
  std::optional<Error> refused;
  try {
    std::optional<storage::Savepoint> savepoint;
    if (undo_ == Undo::savepoint) savepoint.emplace(*database_);
    // Not remembered: the same request is judged anew once the operator has done something about it.
    auto const admitted = admit(context, operation, arguments, meaning);
    if (admitted) {
      auto data = operation.handle(context, arguments);
      if (data) {
        // A handler whose parts each name what they changed may name it several times.
        attempt.affected = each_once(std::move(context.effects().affected_keys));
        auto reply = commit_effect(attempt, *std::move(data));
        if (savepoint) savepoint->release();
        crash::reach(crash::Point::member_recorded);
        return reply;
      }
      refused = std::move(data).error();
    }
    must_have_written_nothing(written);
    if (!admitted) return refuse(job, admitted.error(), ipc::Vouched::yes);
  } catch (RunAgain const&) {
    throw;
  } catch (...) {
    ledger_->restore(position, ledger_->epoch_state());
    fresh_.erase(job.request.idempotency_key);
    must_have_written_nothing(written);
    throw;
  }
  // Nothing of the handler is in the transaction any more. A transient refusal is not remembered.
  if (retry_of(refused->code) != Retry::no) return refuse(job, *refused, ipc::Vouched::yes);
  return store_refusal(attempt, *refused);
}

// Nothing of the request stays but its record.
ipc::Reply Engine::refuse(Job const& job, Error const& error, ipc::Vouched vouched) {
  note(job, audit::Status::NOT_COMMITTED, name_of(error.code));
  auto reply = ipc::refusal(error, ipc::Status::NOT_COMMITTED);
  reply.vouched = vouched;
  return reply;
}

ipc::Reply Engine::commit_effect(Attempt const& attempt, json::object data) {
  auto const marker = ledger_->next_marker();
  ipc::Reply reply;
  reply.status = ipc::Status::COMMITTED;
  reply.data = std::move(data);
  reply.epoch = marker.epoch;
  reply.commit_seq = marker.commit_seq;
  auto record = record_of(attempt.job, attempt.now);
  record.affected_keys = attempt.affected;
  record.invalidated = databases_of(record);
  changed_.insert(record.invalidated.begin(), record.invalidated.end());
  ledger_->commit({.key = attempt.job.request.idempotency_key,
                   .digest = attempt.digest,
                   .operation = attempt.job.request.op,
                   .record = record},
                  to_text(codec::encode(reply)));
  fresh_.insert(attempt.job.request.idempotency_key);
  reply.vouched = ipc::Vouched::yes;
  return reply;
}

ipc::Reply Engine::store_refusal(Attempt const& attempt, Error const& error) {
  auto reply = ipc::refusal(error, ipc::Status::NOT_COMMITTED);
  auto const record = record_of(attempt.job, attempt.now);
  auto const stored = to_text(codec::encode(reply));
  auto const noted = noted_.size();
  // Row and record go together, whatever fails between them: the row, which is the last thing to fail, comes last.
  try {
    note(attempt.job, audit::Status::NOT_COMMITTED, name_of(error.code));
    ledger::seal(noted_.back(), attempt.digest, stored);
    fresh_.insert(attempt.job.request.idempotency_key);
    ledger_->refuse({.key = attempt.job.request.idempotency_key,
                     .digest = attempt.digest,
                     .operation = attempt.job.request.op,
                     .record = record},
                    stored);
  } catch (...) {
    noted_.resize(noted);
    fresh_.erase(attempt.job.request.idempotency_key);
    throw;
  }
  reply.vouched = ipc::Vouched::yes;
  return reply;
}

ipc::Reply Engine::replay(Job const& job, ledger::Entry const& entry, Sha256 const& digest) {
  auto reply = stored_reply(job.request.idempotency_key, entry, digest);
  reply.vouched = ipc::Vouched::yes;
  if (entry.digest == digest)
    note(job, audit::Status::REPLAYED, "");
  else
    note(job, audit::Status::NOT_COMMITTED, name_of(ErrorCode::request_id_conflict));
  return reply;
}

ipc::Reply Engine::preview(Job const& job, contract::Operation const& operation, json::object const& arguments,
                           json::object const& meaning) {
  auto const instant = clock_.now();
  auto context = context_for(job, instant);
  storage::Savepoint undone(*database_);
  auto const judged = [&]() -> Result<json::object> {
    DECAPOD_CHECK(admit(context, operation, arguments, meaning));
    return operation.handle(context, arguments);
  };
  auto data = judged();
  note(job, audit::Status::DRY_RUN, data ? "" : name_of(data.error().code),
       each_once(std::move(context.effects().affected_keys)));
  if (!data) return ipc::refusal(data.error(), ipc::Status::NOT_COMMITTED);
  ipc::Reply reply;
  reply.data = *std::move(data);
  return reply;
}

audit::Record Engine::record_of(Job const& job, Instant const& now) const {
  auto const& request = job.request;
  audit::Record record;
  record.ts = now.wall;
  record.request_id = request.request_id;
  record.actor = request.caller.actor;
  record.session = request.caller.session;
  record.store_root = facts_.state_directory;
  record.db_id = request.op.substr(0, request.op.find('.'));
  record.request_type = request.op;
  record.idempotency_key = request.idempotency_key;
  record.latency_ms.us = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady() - job.arrived).count();
  return record;
}

void Engine::note(Job const& job, audit::Status status, std::string error, std::vector<std::string> affected) {
  if (writable_) noted_.push_back(record_of_note(job, status, std::move(error), std::move(affected)));
}

audit::Record Engine::record_of_note(Job const& job, audit::Status status, std::string error,
                                     std::vector<std::string> affected) const {
  auto record = record_of(job, clock_.now());
  if (job.request.idempotency_key.empty() && !job.request.op.empty()) {
    record.key = to_string(read_key(job.request.op, job.request.arguments));
  }
  record.status = status;
  record.error = std::move(error);
  record.affected_keys = std::move(affected);
  record.commit_seq = ledger_->commit_seq();
  return record;
}

}  // namespace decapod::broker
