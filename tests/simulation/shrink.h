#pragma once
// Makes the plan of a failure small.

#include "runner.h"

namespace decapod::sim {

struct Shrunk {
  Plan plan;
  Outcome outcome;  // with its trace
  int runs = 0;
};

// `plan` breaks a promise. The smallest plan found that breaks one as well: nothing can be left out of it.
Shrunk shrink(Runner& runner, Plan plan, Defect defect);

}  // namespace decapod::sim
