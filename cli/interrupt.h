#pragma once
// What a command says when it is interrupted while it waits for its answer.

#include "output.h"

namespace decapod::cli {

// While it lives, SIGINT and SIGTERM print its words and end the process with status 130; a second one ends it at
// once.
// A signal that was ignored stays ignored. One at a time: a signal handler can reach its words through a global only.
class InterruptNotice {
 public:
  explicit InterruptNotice(Printed words);
  InterruptNotice(InterruptNotice const&) = delete;
  InterruptNotice& operator=(InterruptNotice const&) = delete;
  ~InterruptNotice();

 private:
  Printed words_;
};

}  // namespace decapod::cli
