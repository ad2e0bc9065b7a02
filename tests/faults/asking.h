#pragma once
// The requests of the scenarios, and the clock they are asked by: the same bytes in every run.

#include <counter_subsystem.h>
#include <decapod/broker/engine.h>

#include <optional>
#include <string>

namespace decapod::test {

// `name` is the request id and the counter. Without a way to fail it succeeds.
struct Ask {
  std::string name;
  std::optional<Way> way = std::nullopt;
};

// Stands still, one hour ahead, so that nothing comes too late and no latency differs.
class StillClock final : public Clock {
 public:
  Instant now() override { return {.wall = {1'700'000'000'000}, .boot = {1'000}, .boot_id = "boot-1"}; }
  SteadyTime steady() override { return steady_; }

 private:
  SteadyTime steady_ = std::chrono::steady_clock::now() + std::chrono::hours(1);
};

broker::Job write_job(Ask const& ask, Clock& clock);
broker::Job read_job(std::string const& name, Clock& clock);

// Whether the engine remembers such a refusal.
bool is_remembered(std::optional<Way> way);

}  // namespace decapod::test
