#pragma once
// Time, three kinds of it, and the one interface through which code asks for it.

#include <decapod/base/result.h>
#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace decapod {

using Millis = std::chrono::milliseconds;

// Wall-clock time, UTC, to the millisecond. For people and records; never for deciding who may act.
struct Timestamp {
  std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z
  friend auto operator<=>(Timestamp, Timestamp) = default;
};
Timestamp operator+(Timestamp t, Millis d);
Millis operator-(Timestamp a, Timestamp b);

// "2026-11-23T21:40:21.123Z".
std::string to_string(Timestamp t);
// RFC 3339, any offset; finer fractions are cut. A bare date means midnight UTC.
Result<Timestamp> parse_timestamp(std::string_view text);

// "1500" (ms) or a sum of number+unit: "30m", "1h30m", "2d", "250ms".
Result<Millis> parse_duration(std::string_view text);
// The shortest exact form: "30m", "1h30m", "250ms".
std::string to_string(Millis d);

// Counts while the machine runs or sleeps (CLOCK_BOOTTIME); comparable only within one boot.
struct BootTime {
  std::int64_t ms = 0;
  friend auto operator<=>(BootTime, BootTime) = default;
};

// One reading of every clock that a record may need.
struct Instant {
  Timestamp wall;
  BootTime boot;
  std::string boot_id;  // names the boot that `boot` counts from
};

// Never goes back, stops in suspend (CLOCK_MONOTONIC). For deadlines and idle times.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  virtual SteadyTime steady() = 0;
};

// Processor time that the calling thread has used: it stands still while others run, so a busy machine spends none of
// it.
using WorkTime = std::chrono::nanoseconds;
WorkTime work_time();

// The machine's clocks. `boot_id` is read beforehand (read_boot_id), because a process that holds the leader lock
// opens nothing that it does not have to.
std::unique_ptr<Clock> system_clock(std::string boot_id);
// The kernel's name for this boot; "" where it has none to give.
std::string read_boot_id();

}  // namespace decapod
