#pragma once
// A stack of its own for each simulated process, so that the product's blocking code can wait in virtual time.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace decapod::sim {

// Stacks are used again: a run makes dozens.
class Stacks {
 public:
  static constexpr std::size_t kBytes = 1024 * 1024;  // touched only as far as it is used
  Stacks() = default;
  Stacks(Stacks const&) = delete;
  Stacks& operator=(Stacks const&) = delete;
  ~Stacks();
  char* take();
  void give_back(char* stack) { free_.push_back(stack); }

 private:
  std::vector<char*> free_;
};

// Runs `body` a piece at a time. One thread; fibers do not nest. It must have ended before it goes.
class Fiber {
 public:
  Fiber(Stacks& stacks, std::function<void()> body);
  Fiber(Fiber const&) = delete;
  Fiber& operator=(Fiber const&) = delete;
  ~Fiber();

  // From outside: until the next suspend(), or the end of the body.
  void resume();
  // From inside the body.
  void suspend();
  bool has_ended() const { return ended_; }

 private:
  struct Contexts;
  static void enter(unsigned high, unsigned low);
  void run();

  Stacks& stacks_;
  std::function<void()> body_;
  char* stack_;
  std::unique_ptr<Contexts> contexts_;
  bool ended_ = false;
};

}  // namespace decapod::sim
