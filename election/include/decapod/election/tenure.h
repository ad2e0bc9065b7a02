#pragma once
// How long a broker stays: a pure state machine over observations and a steady clock.

#include <decapod/base/clock.h>
#include <boost/describe.hpp>
#include <optional>

namespace decapod::election {

enum class LeaveReason : std::uint8_t { idle, tenure, wanted, stepped_down, replaced, signalled, failed };
BOOST_DESCRIBE_ENUM(LeaveReason, idle, tenure, wanted, stepped_down, replaced, signalled, failed)

struct TenureLimits {
  Millis idle{1000};
  Millis longest{600'000};
};

// Times are steady readings of one process.
class Tenure {
 public:
  Tenure(TenureLimits limits, SteadyTime started) : limits_(limits), started_(started), last_done_(started) {}

  void request_arrived() { ++in_flight_; }
  void request_done(SteadyTime now) {
    --in_flight_;
    last_done_ = now;
  }
  int in_flight() const { return in_flight_; }

  // A reason to drain that comes from outside; the first one stays.
  void leave_for(LeaveReason reason) {
    if (!reason_) reason_ = reason;
  }

  // Why to start leaving now; nullopt: stay. Idle time counts from the last completion, with nothing in flight.
  std::optional<LeaveReason> verdict(SteadyTime now) const;

 private:
  TenureLimits limits_;
  SteadyTime started_;
  SteadyTime last_done_;
  int in_flight_ = 0;
  std::optional<LeaveReason> reason_;
};

}  // namespace decapod::election
