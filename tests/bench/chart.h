#pragma once
// A row as a picture: a bar for the median of each series, a line from its 5th to its 95th percentile.

#include <string>

#include "row.h"

namespace decapod::bench {

std::string chart_of(Row const& row);

}  // namespace decapod::bench
