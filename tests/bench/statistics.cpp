#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace decapod::bench {
namespace {

double ranked(std::vector<double> const& sorted, double percent) {
  if (sorted.empty()) return 0;
  auto const rank = std::ceil(percent / 100.0 * static_cast<double>(sorted.size()));
  auto const at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(at, sorted.size() - 1)];
}

double share_until(std::vector<double> const& completions, double moment) {
  return static_cast<double>(std::ranges::count_if(completions, [&](double at) { return at <= moment; }));
}

}  // namespace

double percentile(std::vector<double> values, double percent) {
  std::ranges::sort(values);
  return ranked(values, percent);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  auto const middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Summary summarize(std::vector<double> values) {
  std::ranges::sort(values);
  if (values.empty()) return {};
  return {.count = values.size(),
          .p50 = median(values),
          .p95 = ranked(values, 95),
          .p99 = ranked(values, 99),
          .least = values.front(),
          .most = values.back()};
}

double jain(std::span<double const> shares) {
  double sum = 0;
  double squares = 0;
  for (double const share : shares) {
    sum += share;
    squares += share * share;
  }
  return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

std::vector<double> shares_at_first_finish(std::vector<std::vector<double>> const& completions) {
  auto first = std::numeric_limits<double>::infinity();
  for (auto const& client : completions) {
    if (!client.empty()) first = std::min(first, client.back());
  }
  std::vector<double> shares;
  for (auto const& client : completions) shares.push_back(share_until(client, first));
  return shares;
}

std::vector<double> flattened(std::vector<std::vector<double>> const& rounds) {
  std::vector<double> all;
  for (auto const& round : rounds) all.insert(all.end(), round.begin(), round.end());
  return all;
}

Ratio ratio_of(std::vector<std::vector<double>> const& ours, std::vector<std::vector<double>> const& theirs) {
  if (ours.size() != theirs.size() || ours.empty()) throw std::invalid_argument("both sides need the same rounds");
  Ratio ratio{.all = median(flattened(ours)) / median(flattened(theirs)),
              .least = std::numeric_limits<double>::infinity(),
              .most = 0};
  for (std::size_t i = 0; i < ours.size(); ++i) {
    auto const one = median(ours[i]) / median(theirs[i]);
    ratio.least = std::min(ratio.least, one);
    ratio.most = std::max(ratio.most, one);
  }
  return ratio;
}

}  // namespace decapod::bench
