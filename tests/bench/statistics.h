#pragma once
// What the figures of a row are boiled down to. Pure; the units are the caller's.

#include <cstdint>
#include <span>
#include <vector>

namespace decapod::bench {

struct Summary {
  std::size_t count = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double least = 0;
  double most = 0;
};

// The smallest value that at least `percent` of all values do not exceed (nearest rank). 0 for no values.
double percentile(std::vector<double> values, double percent);
double median(std::vector<double> values);
Summary summarize(std::vector<double> values);

// Jain's index of `shares`: 1 if all are equal, 1/n if one has everything. 0 for no shares.
double jain(std::span<double const> shares);

// How much of its work each client had done when the first of them had done all: the moments of completion, a client a
// row. After that moment the others have the machine to themselves, which says nothing about fairness.
std::vector<double> shares_at_first_finish(std::vector<std::vector<double>> const& completions);

// One figure against another in rounds measured in turn, so that a drift of the machine meets both.
struct Ratio {
  double all = 0;    // of the medians over all rounds
  double least = 0;  // of one round's medians
  double most = 0;
};
// A row of values for each round; both have the same number of rounds.
Ratio ratio_of(std::vector<std::vector<double>> const& ours, std::vector<std::vector<double>> const& theirs);

std::vector<double> flattened(std::vector<std::vector<double>> const& rounds);

}  // namespace decapod::bench
