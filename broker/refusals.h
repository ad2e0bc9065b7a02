#pragma once
// Refusals that more than one path of the engine words.

#include <decapod/broker/engine.h>
#include <decapod/ipc/frame.h>

namespace decapod::broker {

inline Error too_late(Job const& job) {
  return fail(ErrorCode::timeout, "'" + job.request.op + "' waited in the queue until its time was up");
}

inline Error too_late_to_copy(Job const& job) {
  return fail(ErrorCode::timeout, "the time of '" + job.request.op + "' was up before the store was copied");
}

inline Error leaves_before_copying() {
  return fail(ErrorCode::busy, "the broker leaves: the next one copies the store", {{"retry_after_ms", 50}});
}

inline Error queue_is_full() {
  return fail(ErrorCode::busy, "the broker's queue is full", {{"retry_after_ms", 50}});
}

// The frames that say so of a request that left nothing behind.
inline std::string refusal_frames(Error const& error) {
  return ipc::make_frames(ipc::FrameKind::reply,
                          to_text(codec::encode(ipc::refusal(error, ipc::Status::NOT_COMMITTED))));
}

inline Error unknown_outcome(std::string why) {
  return fail(ErrorCode::outcome_unknown, "the outcome of the commit is not known: " + std::move(why));
}

}  // namespace decapod::broker
