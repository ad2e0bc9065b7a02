#pragma once
// How long a scan may go on. What looks at a text calls step() at every turn of a loop whose end depends on the text.

#include <decapod/scan/scan.h>

#include <cstdint>

namespace decapod::scan {

// Thrown by Pace, caught by Scanner::scan.
struct TimeIsUp {};

// Borrows what says that the time is up.
class Pace {
 public:
  explicit Pace(Expired const& expired) : expired_(expired) {}

  void step() {
    if (++steps_ % kStepsPerLook == 0 && expired_ && expired_()) throw TimeIsUp();
  }

 private:
  Expired const& expired_;
  std::uint64_t steps_ = 0;
};

}  // namespace decapod::scan
