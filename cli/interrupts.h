#pragma once
// Signals that would end a command, read as events by one that has something to put in order first.

#include <decapod/base/descriptor.h>

#include <csignal>
#include <initializer_list>

namespace decapod::cli {

// While it lives, `taken` are told by a descriptor, and `held` wait: in this thread and in those that it starts. What
// was not read by then comes as it would have.
class Interrupts {
 public:
  explicit Interrupts(std::initializer_list<int> taken, std::initializer_list<int> held = {});
  Interrupts(Interrupts const&) = delete;
  Interrupts& operator=(Interrupts const&) = delete;
  ~Interrupts();

  // False: there was no descriptor left, and all are as before.
  bool are_told() const { return static_cast<bool>(events_); }
  int descriptor() const { return events_.get(); }
  // Whether one came; it is used up.
  bool came() const;

 private:
  sigset_t before_{};
  Descriptor events_;
};

}  // namespace decapod::cli
