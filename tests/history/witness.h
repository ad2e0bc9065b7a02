#pragma once
// The part of a history that cannot be explained, as small as is honest: the shortest beginning of it that is wrong,
// without what came before the last moment at which there was no doubt about the state, and without readers that do not
// matter.

#include "linearizability.h"

namespace decapod::history {

template <class Model>
struct Witness {
  typename Model::State before;
  std::vector<Operation<typename Model::Call>> operations;
};

namespace shrinking {

template <class Model>
using Operations = std::vector<Operation<typename Model::Call>>;

// What was known at `moment`.
template <class Model>
Operations<Model> beginning(Operations<Model> const& all, Time moment) {
  Operations<Model> known;
  for (auto const& one : all) {
    if (one.invoked > moment) continue;
    if (one.returned <= moment)
      known.push_back(one);
    else if (!Model::observes(one.call))
      known.push_back({Model::unanswered(one.call), one.invoked, kNever});
  }
  return known;
}

// Whoever sees more answers can explain no more: so a binary search finds the first answer that is wrong.
template <class Model>
Operations<Model> shortest_wrong_beginning(typename Model::State const& initial, Operations<Model> const& all,
                                           std::size_t budget) {
  std::vector<Time> moments;
  for (auto const& one : all) {
    if (one.returned != kNever) moments.push_back(one.returned);
  }
  std::ranges::sort(moments);
  auto const first = std::ranges::partition_point(moments, [&](Time moment) {
    return check<Model>(initial, beginning<Model>(all, moment), budget) != Verdict::violated;
  });
  return first == moments.end() ? all : beginning<Model>(all, *first);
}

// Moments at which every answered operation had either ended or not begun; the latest first.
template <class Model>
std::vector<Time> quiet_moments(Operations<Model> all) {
  std::erase_if(all, [](auto const& one) { return one.returned == kNever; });
  std::ranges::sort(all, {}, [](auto const& one) { return one.invoked; });
  std::vector<Time> moments;
  Time busy_until = all.empty() ? 0 : all.front().returned;
  for (auto const& one : all) {
    if (one.invoked > busy_until) moments.push_back(busy_until);
    busy_until = std::max(busy_until, one.returned);
  }
  std::ranges::reverse(moments);
  return moments;
}

// What is left to explain after `moment`, if there is only one way in which the history can have come there.
template <class Model>
std::optional<Witness<Model>> rest_after(typename Model::State const& initial, Operations<Model> const& all,
                                         Time moment, std::size_t budget) {
  Operations<Model> past;
  Witness<Model> rest;
  for (auto const& one : all) (one.invoked <= moment ? past : rest.operations).push_back(one);
  auto const ends = Search<Model>(initial, past, budget).ends(1);
  if (!ends || ends->size() != 1) return std::nullopt;
  rest.before = ends->front().state;
  for (auto const left : ends->front().outstanding) rest.operations.push_back(past[left]);
  return rest;
}

template <class Model>
void drop_observers(Witness<Model>& witness, std::size_t budget) {
  auto& kept = witness.operations;
  for (std::size_t i = kept.size(); i-- > 0;) {
    if (!Model::observes(kept[i].call)) continue;
    auto fewer = kept;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (check<Model>(witness.before, fewer, budget) == Verdict::violated) kept = std::move(fewer);
  }
}

}  // namespace shrinking

// Of a history that is violated.
template <class Model>
Witness<Model> smallest_witness(typename Model::State const& initial,
                                std::vector<Operation<typename Model::Call>> const& operations, std::size_t budget) {
  constexpr std::size_t kMomentsTried = 50;
  Witness<Model> witness{initial, shrinking::shortest_wrong_beginning<Model>(initial, operations, budget)};
  auto moments = shrinking::quiet_moments<Model>(witness.operations);
  if (moments.size() > kMomentsTried) moments.resize(kMomentsTried);
  for (auto const moment : moments) {
    auto rest = shrinking::rest_after<Model>(initial, witness.operations, moment, budget);
    if (!rest || check<Model>(rest->before, rest->operations, budget) != Verdict::violated) continue;
    witness = *std::move(rest);
    break;
  }
  shrinking::drop_observers<Model>(witness, budget);
  std::ranges::sort(witness.operations, {}, [](auto const& one) { return one.invoked; });
  return witness;
}

}  // namespace decapod::history
