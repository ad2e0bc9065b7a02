#pragma once
// Refusals that more than one path of the engine words.

#include <decapod/broker/engine.h>

namespace decapod::broker {

inline Error too_late(Job const& job) {
  return fail(ErrorCode::timeout, "'" + job.request.op + "' waited in the queue until its time was up");
}

inline Error too_late_to_copy(Job const& job) {
  return fail(ErrorCode::timeout, "the time of '" + job.request.op + "' was up before the store was copied");
}

}  // namespace decapod::broker
