#include "world.h"

#include <fmt/core.h>

#include "process.h"

namespace decapod::sim {
namespace {

constexpr std::int64_t kWallAtBeginning = 1'700'000'000'000;
constexpr std::size_t kBlamesKept = 20;

}  // namespace

World::World(Plan const& plan, Defect defect, Stacks& stacks)
    : plan_(plan), defect_(defect), stacks_(stacks), dice_(plan.seed, 1) {}

void World::end() {
  for (auto const& process : processes_) process->kill();
  // Each may have started others before it was killed.
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    while (!processes_[i]->has_ended()) enter(*processes_[i]);
  }
  events_.clear();
}

void World::at(SteadyTime when, std::function<void()> action) {
  events_.emplace(std::pair(std::max(when, now_), ++order_), std::move(action));
}

bool World::turn() {
  if (events_.empty()) return false;
  auto event = events_.extract(events_.begin());
  now_ = event.key().first;
  ++events_done_;
  event.mapped()();
  return true;
}

Process& World::start(std::string name, Micros start, std::function<void(Process&)> body) {
  auto const number = processes_.size() + 1;
  processes_.push_back(std::make_unique<Process>(*this, stacks_, std::move(name), number, std::move(body)));
  auto& process = *processes_.back();
  if (current_ != nullptr) process.be_born();
  after(start, [&process] { process.begin(); });
  return process;
}

void World::enter(Process& process) {
  current_ = &process;
  process.fiber().resume();
  current_ = nullptr;
}

void World::lose_power() {
  if (unplugged_) return;
  unplugged_ = true;
  say("machine", "the power goes");
  for (auto const& process : processes_) {
    if (process->is_born()) process->kill();
  }
  after(1, [this] {
    if (reboot_) reboot_();
    unplugged_ = false;
    ++boots_;
    say("machine", "starts again");
  });
}

Instant World::instant() const {
  auto const ms = std::chrono::duration_cast<Millis>(now_ - kBeginning);
  return {.wall = {kWallAtBeginning + (ms + wall_offset_).count()},
          .boot = {1'000'000 + ms.count()},
          .boot_id = fmt::format("boot-{}", boots_)};
}

Micros World::delay(Dice& dice) const {
  return dice.chance(90) ? dice.between(1, 30) : dice.between(1, plan_.latency);
}

void World::say(std::string_view who, std::string_view what) {
  if (!tracing_) return;
  fmt::format_to(std::back_inserter(trace_), "{:>10.3f} ms  {:<10} {}\n", static_cast<double>(elapsed()) / 1000.0, who,
                 what);
}

void World::blame(std::string what) {
  say("BROKEN", what);
  if (broken_.size() < kBlamesKept) broken_.push_back(std::move(what));
}

}  // namespace decapod::sim
