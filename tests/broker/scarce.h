#pragma once
// Memory that runs out when a test says so. The program that has this replaces operator new.

#include <cstdint>

namespace decapod::test {

// While it lives, of this thread's allocations the one after `succeed` others fails, and so do the next, `fail` in all.
class Scarce {
 public:
  Scarce(std::int64_t succeed, std::int64_t fail);
  Scarce(Scarce const&) = delete;
  Scarce& operator=(Scarce const&) = delete;
  ~Scarce();
  // Whether all of the failures have happened, or but for some of a row.
  static bool has_failed();
};

}  // namespace decapod::test
