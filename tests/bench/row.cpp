#include "row.h"

namespace decapod::bench {

Goal ratio_goal(std::string what, Series const& ours, Series const& theirs, double limit, Bound bound) {
  auto const ratio = ratio_of(ours.rounds, theirs.rounds);
  return {.what = std::move(what),
          .figure = ratio.all,
          .least = ratio.least,
          .most = ratio.most,
          .bound = bound,
          .limit = limit};
}

}  // namespace decapod::bench
