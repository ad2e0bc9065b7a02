#pragma once
// A process of the simulated machine: a stack, and a life that can end, or stop, before any of its steps.

#include <deque>

#include "world.h"

namespace decapod::sim {

// Thrown by a step of a process that is dead. Not an exception of the product's: nothing there catches it for good.
struct Killed {};

class Process {
 public:
  Process(World& world, Stacks& stacks, std::string name, std::size_t number, std::function<void(Process&)> body);

  std::string const& name() const { return name_; }
  std::int64_t pid() const { return static_cast<std::int64_t>(number_); }
  World& world() { return world_; }
  Dice& dice() { return dice_; }
  Fiber& fiber() { return fiber_; }
  bool is_dead() const { return dead_; }
  bool has_ended() const { return fiber_.has_ended(); }
  // Until when it is stopped, or was.
  SteadyTime stopped_until() const { return stopped_until_; }
  Micros stopped_for() const { return stopped_for_; }

  void begin();
  // Whether the machine has it already: what has yet to be started survives a loss of power.
  bool is_born() const { return born_; }
  void be_born() { born_ = true; }
  // kill -9: its descriptors close as its stack is unwound. Whatever it does meanwhile does nothing.
  void kill();

  // From its own stack. Each throws Killed if it is dead, or if this step is the one that it dies before.
  void step(std::string_view what);       // a system call: takes a moment
  void step_here(std::string_view what);  // a moment that takes no time
  // True: woken before `deadline`.
  bool wait_until(SteadyTime deadline);
  void rest(std::chrono::microseconds time) { wait_until(world_.now() + time); }
  // The next action that was posted.
  std::function<void()> next_action();

  // From anywhere. Nothing happens to the dead.
  void wake();
  void post(SteadyTime when, std::function<void()> action);

  // An operation on the store's files: false if it must fail, as the process dies of it.
  bool may_touch_files();

 private:
  void say(std::string_view what) { world_.say(name_, what); }
  void suffer();
  void go_on();
  FaultPlan const* due(FaultKind kind, std::int64_t count) const;

  World& world_;
  std::string name_;
  std::size_t number_;
  std::function<void(Process&)> body_;
  Fiber fiber_;
  Dice dice_;
  bool born_ = false;
  bool dead_ = false;
  bool waiting_ = false;
  bool woken_ = false;
  std::uint64_t ticket_ = 0;
  SteadyTime stopped_until_{};
  Micros stopped_for_ = 0;
  std::int64_t steps_ = 0;
  std::int64_t touches_ = 0;
  std::deque<std::function<void()>> actions_;
};

}  // namespace decapod::sim
