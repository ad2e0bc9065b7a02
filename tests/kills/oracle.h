#pragma once
// What must be in a store after all that was asked of it, whoever died meanwhile.

#include <string>
#include <vector>

#include "asking.h"

namespace decapod::test {

// Everything that was ever asked of one repository, and what came of it.
class Oracle {
 public:
  explicit Oracle(TempRepository const& repository) : repository_(repository) {}

  void heard(std::vector<Request> requests, Course course);
  // A request that nobody asks again: its effect is there once or not at all.
  void left_open(Request request);

  // Waits until nothing runs in the store; then everything that is not as it should be, at most a few of a kind:
  //   acknowledged: exactly one effect, one ledger row with the marker that was told, one record of a mutation
  //   refused, dry run: no effect; an item that many claimed has the one holder who was told so
  //   nothing else is in the store; commits are numbered without a gap, epochs never go back
  //   no client saw an error
  std::vector<std::string> problems();
  // The product's own word on the same: broker verify and validate --store repo, as one who leads after the kill.
  std::vector<std::string> verdict() const;

  int unknown() const { return unknown_; }
  int deaths() const { return deaths_; }
  int processes() const { return processes_; }

 private:
  TempRepository const& repository_;
  std::vector<Request> requests_;
  std::vector<Request> open_;
  std::vector<std::string> errors_;
  int unknown_ = 0;
  int deaths_ = 0;
  int processes_ = 0;
};

}  // namespace decapod::test
