#pragma once
// How a process of decapod_killable is told where to die. The plan is a file beside the program,
// "<program>.crash-plan", that every process of that program maps and shares; without one, no point does anything. So a
// test gives itself a program of its own (a link to the built one), and whoever is started by whatever way is reached,
// without an option, an environment variable or a word from one process to the next.
//
// The counters are those of all processes together, since the plan was made.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <decapod/crash/point.h>

namespace decapod::crash {

inline constexpr auto kPointNames = std::to_array<std::string_view>({
#define DECAPOD_CRASH_POINT(name) #name,
#include <decapod/crash/points.def>
#undef DECAPOD_CRASH_POINT
});

// A broker leads a session of its own; everything else is a command.
enum class Role : std::uint8_t { command, broker };
inline constexpr std::size_t kRoles = 2;

struct Cell {
  std::atomic<std::uint64_t> visits;   // of this point, in this role
  std::atomic<std::uint64_t> dies_at;  // the visit that is the last one of its process; 0: none. Taken back by who dies
  std::atomic<std::uint64_t> deaths;
};

struct Plan {
  std::array<std::array<Cell, kPointNames.size()>, kRoles> cells;
  std::atomic<std::uint64_t> delay_us;  // of During
  std::atomic<std::uint64_t> within;    // deaths inside a During's scope, not at its end

  Cell& cell(Point point, Role role) { return cells[static_cast<std::size_t>(role)][static_cast<std::size_t>(point)]; }
};

inline std::string plan_of(std::string const& program) {
  return program + ".crash-plan";
}

}  // namespace decapod::crash
