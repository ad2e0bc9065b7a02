#pragma once
// The broker as a process of its own: how it is started, and what it does.

#include <decapod/reach/session.h>

#include <span>
#include <string_view>

namespace decapod::cli {

// Where a broker finds what it inherits.
inline constexpr int kLockDescriptor = 3;
inline constexpr int kListenerDescriptor = 4;

// The hidden verb by which a command starts this program again as the broker (broker_child.h): lock and listener at
// their places, null stdio, nothing else inherited, a session of its own, an empty environment. Returns the exit
// status.
inline constexpr std::string_view kBrokerVerb = "__broker";
int run_broker_process(std::span<char* const> arguments, broker::Directory const& directory);

reach::Build this_build(broker::Directory const& directory);

}  // namespace decapod::cli
