#pragma once
// The broker as a process of its own: how it is started, and what it does.

#include <decapod/reach/machine.h>
#include <decapod/reach/session.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>

namespace decapod::cli {

// Where a broker finds what it inherits.
inline constexpr int kLockDescriptor = 3;
inline constexpr int kListenerDescriptor = 4;

// Starts this program again as the broker: lock and listener at their places, null stdio, nothing else inherited, a
// session of its own, an empty environment. nullopt if no process can be started here. `otherwise` is called in the new
// process if it turns out later that it cannot become the broker; between fork and exec, so it allocates nothing.
std::optional<pid_t> spawn_broker(reach::Handover const& handover, int lock, int listener,
                                  reach::Machine::Awaited awaited, std::function<void()> const& otherwise);

// The hidden verb that spawn_broker starts. Returns the exit status.
inline constexpr std::string_view kBrokerVerb = "__broker";
int run_broker_process(std::span<char* const> arguments, broker::Directory const& directory);

reach::Build this_build(broker::Directory const& directory);

}  // namespace decapod::cli
