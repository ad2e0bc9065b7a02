#include <decapod/election/course.h>

#include <algorithm>

namespace decapod::election {

Step Course::contend(SteadyTime now) {
  if (sockets_refused_ || now - unreachable_since_ > kUnreachablePatience) return Step::queue_for_lock;
  return Step::back_off;
}

Step Course::next(Observation observation, SteadyTime now, SteadyTime deadline) {
  if (observation == Observation::answered) return Step::finish;
  if (observation == Observation::lock_won) return Step::lead;
  if (observation == Observation::reply_lost) exposure_ = Exposure::sent;
  if (observation == Observation::sockets_refused) sockets_refused_ = true;
  if (now >= deadline) return Step::give_up;

  switch (observation) {
    case Observation::lock_held:
      return sockets_refused_ ? Step::queue_for_lock : Step::connect;
    case Observation::nobody_listens:
      return contend(now);
    case Observation::sockets_refused:
      return Step::queue_for_lock;
    case Observation::backlog_full:
    case Observation::turned_away:
    case Observation::reply_lost:
      // Somebody was there: the leader is reachable, it is only leaving, crashing or full.
      unreachable_since_ = now;
      return Step::back_off;
    case Observation::rested:
      ++rests_;
      return Step::try_lock;
    case Observation::lock_won:
    case Observation::answered:
      break;
  }
  return Step::finish;
}

std::chrono::microseconds Course::pause() const {
  using std::chrono::microseconds;
  constexpr int kPatientAfter = 55;  // about a tenth of a second of rests
  if (rests_ > kPatientAfter) return microseconds(20'000);
  return microseconds(std::min(2000, 100 << std::min(rests_, 5)));
}

}  // namespace decapod::election
