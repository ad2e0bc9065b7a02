#pragma once
// Named points at which a process of decapod_killable can be told to die by SIGKILL, exactly there. In every other
// program all of this compiles to nothing: no call, no symbol, no text.
//
//   crash::reach(crash::Point::group_committed);                 dies here
//   crash::reach(crash::Point::mid_reply, [&] { half(); });      does half of what comes next, then dies
//   crash::During const during(crash::Point::in_checkpoint);     dies somewhere in the rest of this scope
//
// Who tells it: decapod/crash/plan.h. Callable from every thread.

#include <cstdint>

namespace decapod::crash {

enum class Point : std::uint8_t {
#define DECAPOD_CRASH_POINT(name) name,
#include <decapod/crash/points.def>
#undef DECAPOD_CRASH_POINT
};

#ifdef DECAPOD_CRASH_POINTS

// Counts a visit. Whether this is the one to die at.
bool is_last(Point point) noexcept;
[[noreturn]] void die() noexcept;

inline void reach(Point point) noexcept {
  if (is_last(point)) die();
}

// `last_act` is what the process still does before it dies, and must not throw.
template <class LastAct>
void reach(Point point, LastAct const& last_act) noexcept {
  if (!is_last(point)) return;
  last_act();
  die();
}

// If this visit is the last one, the process dies after the plan's delay, or at the end of the scope if that is sooner.
class During {
 public:
  explicit During(Point point) noexcept;
  During(During const&) = delete;
  During& operator=(During const&) = delete;
  ~During();

 private:
  bool last_;
};

#else

constexpr void reach(Point /*point*/) noexcept {}
template <class LastAct>
constexpr void reach(Point /*point*/, LastAct const& /*last_act*/) noexcept {}

class During {
 public:
  explicit During(Point /*point*/) noexcept {}
  During(During const&) = delete;
  During& operator=(During const&) = delete;
};

#endif

}  // namespace decapod::crash
