#pragma once
// Virtual time and everything that happens in it, in one order that depends on nothing but the plan.

#include <decapod/base/clock.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dice.h"
#include "fiber.h"
#include "plan.h"

namespace decapod::sim {

class Process;

// Defects that are planted outside of the product's code, to see whether the inquest finds them.
enum class Defect : std::uint8_t {
  none,
  lock_excludes_nobody,  // flock says yes to everybody
  unlock_at_handover,    // the winner's letting go frees its broker's copy as well
  forget_queue,          // a broker that leaves does not look at who is queued
  speak_first,           // a client sends before it has read the greeting
  sync_does_nothing,     // a sync of the WAL says OK: what is acknowledged then is not on the disk
  stale_cache,           // a shared read does not say what it depends on
  new_id_at_repeat,      // a client gives a request again under another id
  unknown_is_no,         // a client takes "unknown" for "not committed"
  skip_deadline,         // the machine forgets to wake whoever waits with a deadline
};

// The steady clock of every process begins here: far ahead of the real one, which bounds statements of SQLite.
inline constexpr SteadyTime kBeginning{std::chrono::hours(24 * 365 * 50)};

class World {
 public:
  World(Plan const& plan, Defect defect, Stacks& stacks);
  // Whoever has not ended is ended now, while what they refer to is still there.
  void end();
  World(World const&) = delete;
  World& operator=(World const&) = delete;

  Plan const& plan() const { return plan_; }
  Defect defect() const { return defect_; }
  SteadyTime now() const { return now_; }
  Micros elapsed() const { return std::chrono::duration_cast<std::chrono::microseconds>(now_ - kBeginning).count(); }

  void at(SteadyTime when, std::function<void()> action);
  void after(Micros time, std::function<void()> action) {
    at(now_ + std::chrono::microseconds(time), std::move(action));
  }
  // The next thing that happens. False: nothing ever will.
  bool turn();

  Process& start(std::string name, Micros start, std::function<void(Process&)> body);
  std::vector<std::unique_ptr<Process>> const& processes() const { return processes_; }
  // Who runs now; nullptr: nobody.
  Process* current() const { return current_; }
  void enter(Process& process);

  // Every process dies; what was given to on_reboot runs when all of them have gone.
  void lose_power();
  void on_reboot(std::function<void()> reboot) { reboot_ = std::move(reboot); }
  bool is_unplugged() const { return unplugged_; }

  // The wall clock, which may jump.
  void set_clock(Millis by) { wall_offset_ += by; }
  Instant instant() const;

  Dice& dice() { return dice_; }
  // A delay as they occur on a busy machine: mostly short.
  Micros delay(Dice& dice) const;

  void trace_on() { tracing_ = true; }
  bool is_tracing() const { return tracing_; }
  void say(std::string_view who, std::string_view what);
  std::string const& trace() const { return trace_; }

  // A promise is broken.
  void blame(std::string what);
  std::vector<std::string> const& broken() const { return broken_; }
  std::uint64_t events() const { return events_done_; }

 private:
  Plan const& plan_;
  Defect defect_;
  Stacks& stacks_;
  SteadyTime now_ = kBeginning;
  Millis wall_offset_{0};
  int boots_ = 1;
  bool unplugged_ = false;
  std::function<void()> reboot_;
  std::map<std::pair<SteadyTime, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t order_ = 0;
  std::uint64_t events_done_ = 0;
  std::vector<std::unique_ptr<Process>> processes_;
  Process* current_ = nullptr;
  Dice dice_;
  bool tracing_ = false;
  std::string trace_;
  std::vector<std::string> broken_;
};

// The clocks of the machine.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(World& world) : world_(world) {}
  Instant now() override { return world_.instant(); }
  SteadyTime steady() override { return world_.now(); }

 private:
  World& world_;
};

}  // namespace decapod::sim
