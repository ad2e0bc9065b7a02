#include <decapod/election/tenure.h>

namespace decapod::election {

std::optional<LeaveReason> Tenure::verdict(SteadyTime now) const {
  if (reason_) return reason_;
  if (now - started_ >= limits_.longest) return LeaveReason::tenure;
  if (in_flight_ == 0 && now - last_done_ >= limits_.idle) return LeaveReason::idle;
  return std::nullopt;
}

}  // namespace decapod::election
