#include <decapod/election/tenure.h>

#include <catch2/catch.hpp>

namespace decapod::election {
namespace {

// Not nothing: a span is a difference.
constexpr SteadyTime kStart{Millis(3'600'000)};
constexpr TenureLimits kLimits{.idle = Millis(1000), .longest = Millis(60'000)};

SteadyTime after(int milliseconds) {
  return kStart + Millis(milliseconds);
}

}  // namespace

TEST_CASE("a broker that nobody asks leaves when its idle time is over, not a moment sooner") {
  Tenure const tenure(kLimits, kStart);
  CHECK(tenure.verdict(after(999)) == std::nullopt);
  CHECK(tenure.verdict(after(1000)) == LeaveReason::idle);
}

TEST_CASE("idle time counts from the last completion, not from the arrival") {
  Tenure tenure(kLimits, kStart);
  tenure.request_arrived();
  tenure.request_done(after(5000));
  CHECK(tenure.verdict(after(5999)) == std::nullopt);
  CHECK(tenure.verdict(after(6000)) == LeaveReason::idle);
}

TEST_CASE("a broker with a request in flight is never idle") {
  Tenure tenure(kLimits, kStart);
  tenure.request_arrived();
  tenure.request_arrived();
  tenure.request_done(after(10));
  CHECK(tenure.in_flight() == 1);
  CHECK(tenure.verdict(after(59'999)) == std::nullopt);
}

TEST_CASE("the longest tenure ends under load, too") {
  Tenure tenure(kLimits, kStart);
  tenure.request_arrived();
  CHECK(tenure.verdict(after(60'000)) == LeaveReason::tenure);
}

TEST_CASE("the first reason from outside stays") {
  Tenure tenure(kLimits, kStart);
  tenure.leave_for(LeaveReason::wanted);
  tenure.leave_for(LeaveReason::signalled);
  CHECK(tenure.verdict(kStart) == LeaveReason::wanted);
  CHECK(tenure.verdict(after(70'000)) == LeaveReason::wanted);
}

TEST_CASE("an idle time of nothing means to leave as soon as nothing is in flight") {
  Tenure tenure({.idle = Millis(0), .longest = Millis(60'000)}, kStart);
  tenure.request_arrived();
  CHECK(tenure.verdict(after(10)) == std::nullopt);
  tenure.request_done(after(20));
  CHECK(tenure.verdict(after(20)) == LeaveReason::idle);
}

}  // namespace decapod::election
