#pragma once
// Refusals that more than one path of the engine words.

#include <decapod/broker/engine.h>
#include <decapod/ipc/frame.h>

namespace decapod::broker {

inline Error too_late(Job const& job) {
  return fail(ErrorCode::timeout, "'" + job.request.op + "' waited in the queue until its time was up");
}

inline Error queue_is_full() {
  return fail(ErrorCode::busy, "the broker's queue is full", {{"retry_after_ms", 50}});
}

// The frames that say so of a request that left nothing behind.
inline std::string refusal_frames(Error const& error) {
  return ipc::make_frames(ipc::FrameKind::reply,
                          to_text(codec::encode(ipc::refusal(error, ipc::Status::NOT_COMMITTED))));
}

}  // namespace decapod::broker
