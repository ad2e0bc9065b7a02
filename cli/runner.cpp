#include "runner.h"

#include "environment.h"
#include "interrupt.h"
#include "local/local_verbs.h"
#include "options.h"

#include <decapod/base/os_error.h>

#include <fmt/core.h>

#include <exception>
#include <new>
#include <system_error>

namespace decapod::cli {
namespace {

// The operation is the one that was asked for, also where another request type does its work.
Answer begin(Task& task) {
  Answer answer;
  answer.op = operation_name(*task.face->type->verb);
  if (task.face->instead != nullptr && task.dry_run == ipc::DryRun::no) {
    if (auto const* other = task.face->instead(task.arguments)) task.face = other;
  }
  auto const& verb = *task.face->type->verb;
  answer.access = verb.access;
  answer.dry_run = task.dry_run;
  if (verb.access == Access::write) {
    answer.request_id = task.idempotency_key.empty() ? task.request_id : task.idempotency_key;
  } else if (verb.access == Access::read) {
    answer.request_id = task.request_id;
  }
  return answer;
}

Result<json::object> prepare(Desk& desk, Task& task) {
  auto const& type = *task.face->type;
  if (task.dry_run == ipc::DryRun::yes && type.verb->access != Access::write) {
    return fail(ErrorCode::bad_request, operation_name(*type.verb) + " changes nothing: it has no dry run");
  }
  desk.outside.set_effect(task.dry_run == ipc::DryRun::yes ? Effect::imagined : Effect::done);
  if (task.face->gather != nullptr) DECAPOD_CHECK(task.face->gather(desk.outside, task.arguments));
  auto canonical = type.canonical(task.arguments);
  if (!canonical) return in_option_words(type, std::move(canonical).error());
  return canonical;
}

// Whether the verb is answered here although it belongs to the broker: there is no store to ask.
bool answered_without_store(Desk& desk, VerbFace const& face) {
  if (face.type->verb->store == StoreNeed::required || face.local == nullptr) return false;
  // A place that cannot be told for another reason (a worktree that leads nowhere) is no place without a store.
  if (auto const& place = desk.outside.place(); !place) return place.error().code == ErrorCode::store_not_found;
  auto const made = desk.outside.made_place();
  return made ? desk.outside.lost_store().has_value() : made.error().code == ErrorCode::store_not_found;
}

Result<json::object> work_here(Desk& desk, VerbFace const& face, json::object const& arguments) {
  if (face.type->verb->store == StoreNeed::required) {
    DECAPOD_CHECK(desk.outside.made_place());
  }
  if (auto const work = local_work(*face.type)) return work(desk, arguments);
  if (face.local != nullptr) return face.local(desk.outside, arguments);
  return fail(ErrorCode::internal, operation_name(*face.type->verb) + " has nothing that does its work");
}

ipc::Request make_request(Desk& desk, Task const& task, Answer const& answer, json::object const& arguments) {
  auto& outside = desk.outside;
  auto const left = std::chrono::floor<Millis>(outside.deadline() - outside.clock().steady()).count();
  return {.op = operation_name(*task.face->type->verb),
          .arguments = arguments,
          .caller = outside.caller(),
          .request_id = task.request_id,
          .idempotency_key = answer.access == Access::write ? answer.request_id : "",
          .timeout_ms = std::max<std::int64_t>(left, 1),
          .dry_run = task.dry_run,
          .min_seq = task.min_seq};
}

Printed interrupted_words(Answer answer, Desk const& desk) {
  answer.status = may_commit(answer) ? ipc::Status::UNKNOWN : ipc::Status::NOT_COMMITTED;
  answer.error = fail(ErrorCode::interrupted, "interrupted while waiting for the answer");
  if (!may_commit(answer)) answer.error->hint = "nothing was changed: repeat the command";
  return words_for(answer, nullptr, desk.style);
}

void take_reply(ipc::Reply reply, Answer& answer) {
  // A broker of an earlier build says OK of a read that failed.
  bool const failed_read = reply.error && reply.status == ipc::Status::OK;
  answer.status = failed_read ? ipc::Status::NOT_COMMITTED : reply.status;
  answer.audited = reply.audited;
  if (reply.epoch && reply.commit_seq) answer.marker = Marker{*reply.epoch, *reply.commit_seq};
  if (reply.error)
    answer.error = ipc::from_wire(*reply.error);
  else
    answer.data = std::move(reply.data).value_or(json::object());
}

void send(Desk& desk, Task const& task, json::object const& arguments, Answer& answer) {
  auto session = desk.outside.session();
  if (!session) {
    answer.error = std::move(session).error();
    return;
  }
  auto request = make_request(desk, task, answer, arguments);
  auto token = desk.outside.trust_token(task.face->type->verb->access);
  if (!token) {
    answer.error = std::move(token).error();
    return;
  }
  request.trust_token = *std::move(token);
  answer.sent = Sent::yes;
  InterruptNotice const notice(interrupted_words(answer, desk));
  auto reply = (*session)->send(*task.face->type, request, desk.outside.deadline());
  if (reply) {
    take_reply(*std::move(reply), answer);
  } else {
    answer.error = std::move(reply).error();
    bool const unknown = answer.error->code == ErrorCode::outcome_unknown;
    answer.status = unknown ? ipc::Status::UNKNOWN : ipc::Status::NOT_COMMITTED;
  }
}

}  // namespace

Error fault_of(std::exception const& fault) {
  auto const* refused = dynamic_cast<std::system_error const*>(&fault);
  // A thread needs a stack.
  bool const no_thread = refused != nullptr && refused->code() == std::errc::resource_unavailable_try_again;
  if (!no_thread && dynamic_cast<std::bad_alloc const*>(&fault) == nullptr) {
    return fail(ErrorCode::internal, fmt::format("a fault of decapod itself: {}", fault.what()));
  }
  auto error = fail(ErrorCode::busy, "there is not enough memory");
  error.hint = kOutOfMemory;
  return error;
}

namespace {

// What nobody foresaw. A write that has gone out may have been applied, whatever happened to its answer.
void end_in_fault(Answer& answer, std::exception const& fault) {
  bool const unknown = answer.sent == Sent::yes && may_commit(answer) && !answer.marker;
  if (unknown) answer.status = ipc::Status::UNKNOWN;
  answer.error = fault_of(fault);
  if (unknown) answer.error = fail(ErrorCode::outcome_unknown, answer.error->message);
}

// A read loses nothing by having a broker; a write is made by it or not at all.
std::optional<Error> goes_around_the_broker(Desk& desk, RequestType const& type) {
  if (type.verb->access != Access::write) return std::nullopt;
  if (!desk.outside.wants_no_broker()) return std::nullopt;
  auto error = fail(ErrorCode::broker_route_required,
                    fmt::format("{} is set, and '{}' changes the store: only its broker does that", kNoBroker,
                                operation_name(*type.verb)),
                    {{"variable", kNoBroker}, {"operation", operation_name(*type.verb)}});
  error.hint = instead_of_no_broker();
  return error;
}

void work(Desk& desk, Task& task, Answer& answer) {
  auto const& face = *task.face;
  answer.error = goes_around_the_broker(desk, *face.type);
  if (answer.error) {
    answer.status = ipc::Status::NOT_COMMITTED;
    return;
  }
  auto const arguments = prepare(desk, task);
  if (!arguments) {
    answer.error = arguments.error();
    return;
  }
  if (answer.access == Access::local || answered_without_store(desk, face)) {
    auto data = work_here(desk, face, *arguments);
    if (data)
      answer.data = *std::move(data);
    else
      answer.error = std::move(data).error();
  } else {
    send(desk, task, *arguments, answer);
  }
  bool const refused = answer.error && (answer.sent == Sent::no || answer.status == ipc::Status::NOT_COMMITTED);
  if (refused && face.withdraw != nullptr && task.dry_run == ipc::DryRun::no) face.withdraw(desk.outside, *arguments);
  if (answer.data && face.conclude != nullptr && task.dry_run == ipc::DryRun::no) {
    auto const concluded = face.conclude(desk.outside, *arguments, *answer.data);
    if (!concluded) {
      answer.error = concluded.error();
      // What a write has committed stays so.
      if (answer.access != Access::write) answer.status = ipc::Status::NOT_COMMITTED;
    }
  }
  // Nothing may pass for a place that never had a store.
  if (answer.access != Access::local && answer.sent == Sent::no && !answer.error)
    answer.error = desk.outside.lost_store();
}

}  // namespace

Answer run_task(Desk& desk, Task task) {
  auto const& asked = *task.face->type;
  auto answer = begin(task);
  try {
    work(desk, task, answer);
  } catch (std::exception const& fault) {
    end_in_fault(answer, fault);
  }
  if (answer.error) answer.error = with_own_hint(asked, *std::move(answer.error));
  return answer;
}

}  // namespace decapod::cli
