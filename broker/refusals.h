#pragma once
// Refusals that more than one path of the engine words.

#include <decapod/base/os_error.h>
#include <decapod/broker/engine.h>
#include <decapod/ipc/frame.h>

#include <exception>
#include <new>

namespace decapod::broker {

inline Error too_late(Job const& job) {
  return fail(ErrorCode::timeout, "'" + job.request.op + "' waited in the queue until its time was up");
}

inline Error out_of_time(Job const& job) {
  auto error =
      fail(ErrorCode::timeout, "the time of '" + job.request.op + "' was up before it was done, so it was stopped");
  error.hint = "give it longer with --timeout, or ask for less: a smaller --limit, narrower filters";
  return error;
}

inline Error too_late_to_copy(Job const& job) {
  return fail(ErrorCode::timeout, "the time of '" + job.request.op + "' was up before the store was copied");
}

inline constexpr std::string_view kLeaves = "leaves";

inline Error leaves_before_copying() {
  return fail(ErrorCode::busy, "the broker leaves: the next one copies the store",
              {{"retry_after_ms", 50}, {"reason", kLeaves}});
}

// A write in a process that is not the one writer, or on a file that is not the store.
inline Error not_through_the_broker(std::string const& operation) {
  return fail(ErrorCode::broker_route_required,
              "'" + operation + "' changes the store, and only the broker that leads it does that",
              {{"operation", operation}});
}

inline Error store_is_lost() {
  return fail(ErrorCode::busy, "the broker has lost its store and leaves", {{"retry_after_ms", 50}});
}

inline Error queue_is_full() {
  return fail(ErrorCode::busy, "the broker's queue is full", {{"retry_after_ms", 50}});
}

// Asked again at once, what lacks memory makes others lack it, too.
inline constexpr std::int64_t kMemoryReturnsMs = 250;

// What was thrown while `operation` was executed: memory that is not there now, or a bug.
inline Error fault_of(std::string const& operation, std::exception const& fault) {
  auto words = "'" + operation + "' failed: " + fault.what();
  if (dynamic_cast<std::bad_alloc const*>(&fault) == nullptr) return fail(ErrorCode::internal, std::move(words));
  auto error = fail(ErrorCode::busy, std::move(words), {{"retry_after_ms", kMemoryReturnsMs}});
  error.hint = kOutOfMemory;
  return error;
}

// As fault_of(), or what storage says of its own failure.
inline Error failure_of(std::string const& operation, std::exception const& fault) {
  auto const* failure = dynamic_cast<storage::Failure const*>(&fault);
  return failure != nullptr ? failure->error() : fault_of(operation, fault);
}

// The frames that say so of a request that left nothing behind.
inline std::string refusal_frames(Error const& error) {
  return ipc::make_frames(ipc::FrameKind::reply,
                          to_text(codec::encode(ipc::refusal(error, ipc::Status::NOT_COMMITTED))));
}

// What the ledger says of a request beside its reply.
inline json::object about(std::string const& key, ledger::Entry const& entry) {
  json::object details{{"request_id", key}, {"operation", entry.operation}, {"actor", entry.actor}};
  if (entry.marker) details.emplace("marker", to_string(*entry.marker));
  return details;
}

inline ipc::Status status_of(ledger::Entry const& entry) {
  return entry.marker ? ipc::Status::COMMITTED : ipc::Status::NOT_COMMITTED;
}

// The reply to a request whose own one was dropped.
inline ipc::Reply no_longer_kept(std::string const& key, ledger::Entry const& entry) {
  auto const became = entry.marker ? "it was committed as " + to_string(*entry.marker) : std::string("it was refused");
  auto error = fail(ErrorCode::expired_request_id,
                    "the reply to this request id is no longer kept; " + became + ", and is not executed again",
                    about(key, entry));
  return ipc::refusal(error, status_of(entry));
}

inline Error unknown_outcome(std::string why) {
  return fail(ErrorCode::outcome_unknown, "the outcome of the commit is not known: " + std::move(why));
}

}  // namespace decapod::broker
