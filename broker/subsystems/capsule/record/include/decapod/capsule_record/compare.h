#pragma once
// A capsule against what its inputs give when somebody takes it from the repository again.

#include <decapod/capsule/requests.h>

#include <vector>

namespace decapod::capsule {

// The capsule that the same inputs and this material make.
Capsule with_material(Capsule const& recorded, Material const& found);

// One check of Subject::excerpts that agrees, or one that disagrees for each difference, at most 20: the excerpt, and
// what is there instead.
std::vector<Check> compare_excerpts(Capsule const& recorded, Material const& found);

}  // namespace decapod::capsule
