#pragma once
// A program of this process's own that can be told where to die.

#include <decapod/crash/plan.h>
#include <support/temp_directory.h>

#include <string>
#include <vector>

namespace decapod::test {

// A point and who passes it: "group_committed/broker".
struct Place {
  crash::Point point;
  crash::Role role;
  friend bool operator==(Place const&, Place const&) = default;
};
std::string to_string(Place const& place);
std::vector<Place> const& all_places();

// Owns a link to the built binary (not the release one, which has no points) and the plan beside it. Every process of
// that program, and only those, counts and dies by it. Thread-safe but for clear().
class Killing {
 public:
  Killing();
  ~Killing();
  Killing(Killing const&) = delete;
  Killing& operator=(Killing const&) = delete;

  std::string const& program() const { return program_; }

  // The process that passes `place` for the nth time from now on dies there. 1: the next one.
  void arm(Place const& place, std::uint64_t nth);
  // Takes the order back. True if somebody has died by it.
  bool disarm(Place const& place);
  // How far into a span (a commit, a checkpoint) a death comes.
  void set_delay(std::uint64_t microseconds) { plan_->delay_us = microseconds; }

  std::uint64_t visits(Place const& place) const { return cell(place).visits; }
  std::uint64_t deaths(Place const& place) const { return cell(place).deaths; }
  std::uint64_t deaths_of(crash::Role role) const;
  // Of the deaths in a span, those before its end.
  std::uint64_t within() const { return plan_->within; }

 private:
  crash::Cell& cell(Place const& place) const { return plan_->cell(place.point, place.role); }

  TempDirectory directory_;
  std::string program_;
  crash::Plan* plan_ = nullptr;
};

// "place deaths/visits" of every place that was passed, one a line.
std::string deaths_by_place(Killing const& killing);

}  // namespace decapod::test
