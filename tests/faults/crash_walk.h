#pragma once
// Walks a recording, crashes it at every persistence point in every way there is, and has the inquest judge each state
// once.

#include <decapod/base/digest.h>

#include <random>
#include <set>
#include <unordered_map>

#include "crash_states.h"
#include "inquest.h"
#include "recording.h"

namespace decapod::test {

struct Walked {
  std::int64_t points = 0;    // where it was crashed
  std::int64_t made = 0;      // states made
  std::int64_t distinct = 0;  // of these, unlike every earlier one: opened and examined
  std::int64_t asked = 0;     // of these, where the clients asked again
  std::vector<std::string> problems;
};

// A recording, the disk as it was when it began, and what the clients knew, by the number in a mark.
struct Recorded {
  Disk disk;
  Recording events;
  std::vector<Knowledge> pages;
};

class CrashWalk {
 public:
  CrashWalk(Inquest& inquest, std::uint64_t seed) : inquest_(inquest), random_(seed) {}

  // Once, and first.
  void walk_systematically(Recorded const& recorded);
  // `count` more states, of the same recording; some of them have been seen before.
  void walk_at_random(Recorded const& recorded, std::size_t count);

  Walked const& walked() const { return walked_; }

 private:
  struct Point {
    Knowledge const& knowledge;
    std::size_t page;
    std::size_t event;
  };
  template <class Visit>
  void each_point(Recorded const& recorded, Visit const& visit);
  void judge(Image const& image, Point const& point);
  void report(std::vector<std::string> const& contradictions, std::size_t event);
  std::size_t number_of(Observation observation);

  Inquest& inquest_;
  std::mt19937_64 random_;
  Walked walked_;
  std::size_t changes_ = 0;  // that can be lost, over all points
  // What was found in a state is remembered, not the state: digest to number of the observation.
  std::unordered_map<std::string, std::size_t> seen_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<Observation> observations_;
  std::set<std::pair<std::size_t, std::size_t>> compared_;  // page and observation
};

}  // namespace decapod::test
