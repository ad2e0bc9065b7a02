#include "process.h"

#include <fmt/core.h>

namespace decapod::sim {

Process::Process(World& world, Stacks& stacks, std::string name, std::size_t number, std::function<void(Process&)> body)
    : world_(world),
      name_(std::move(name)),
      number_(number),
      body_(std::move(body)),
      fiber_(stacks,
             [this] {
               try {
                 if (!dead_) body_(*this);
                 if (!dead_) say("ends");
               } catch (Killed const&) {
               } catch (std::exception const& fault) {
                 world_.blame(name_ + " ends by an exception: " + fault.what());
               }
               actions_.clear();
               body_ = nullptr;
             }),
      dice_(world.plan().seed, hash_of(name_)) {}

void Process::begin() {
  born_ = true;
  world_.enter(*this);
}

void Process::kill() {
  if (dead_ || has_ended()) return;
  dead_ = true;
  say("is killed");
  if (waiting_) world_.at(world_.now(), [this] { go_on(); });
}

FaultPlan const* Process::due(FaultKind kind, std::int64_t count) const {
  for (auto const& fault : world_.plan().faults) {
    if (fault.kind == kind && fault.at == count && fault.victim == name_) return &fault;
  }
  return nullptr;
}

void Process::suffer() {
  if (dead_) throw Killed();
  ++steps_;
  if (due(FaultKind::kill, steps_) != nullptr) {
    kill();
    throw Killed();
  }
  if (auto const* const stop = due(FaultKind::stop, steps_)) {
    say(fmt::format("is stopped for {} ms", stop->value));
    stopped_until_ = world_.now() + Millis(stop->value);
    stopped_for_ += stop->value * 1'000;
    wait_until(world_.now());
    say("goes on");
  }
}

void Process::step(std::string_view what) {
  suffer();
  say(what);
  wait_until(world_.now() + std::chrono::microseconds(world_.delay(dice_)));
}

void Process::step_here(std::string_view what) {
  suffer();
  say(what);
}

bool Process::wait_until(SteadyTime deadline) {
  if (dead_) throw Killed();
  waiting_ = true;
  woken_ = false;
  auto const ticket = ++ticket_;
  if (deadline != SteadyTime::max()) {
    world_.at(deadline, [this, ticket] {
      if (waiting_ && ticket == ticket_) go_on();
    });
  }
  fiber_.suspend();
  waiting_ = false;
  if (dead_) throw Killed();
  return woken_;
}

void Process::go_on() {
  if (has_ended() || !waiting_) return;
  if (!dead_ && world_.now() < stopped_until_) {
    world_.at(stopped_until_, [this, ticket = ticket_] {
      if (waiting_ && ticket == ticket_) go_on();
    });
    return;
  }
  world_.enter(*this);
}

void Process::wake() {
  if (!waiting_ || woken_ || dead_) return;
  woken_ = true;
  world_.after(world_.delay(dice_), [this, ticket = ticket_] {
    if (waiting_ && ticket == ticket_) go_on();
  });
}

void Process::post(SteadyTime when, std::function<void()> action) {
  world_.at(when, [this, action = std::move(action)]() mutable {
    if (dead_ || has_ended()) return;
    actions_.push_back(std::move(action));
    if (actions_.size() == 1 && waiting_ && !woken_) {
      // Its loop is at once where the action is: the delays are in `when`.
      woken_ = true;
      go_on();
    }
  });
}

std::function<void()> Process::next_action() {
  while (actions_.empty()) wait_until(SteadyTime::max());
  auto action = std::move(actions_.front());
  actions_.pop_front();
  suffer();
  return action;
}

bool Process::may_touch_files() {
  if (dead_) return false;
  ++touches_;
  if (due(FaultKind::kill_in_file, touches_) != nullptr) {
    say("dies in an operation on the store's files");
    kill();
  }
  if (due(FaultKind::unplug_in_file, touches_) != nullptr) world_.lose_power();
  return !dead_;
}

}  // namespace decapod::sim
