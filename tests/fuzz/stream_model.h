#pragma once
// What a broker must make of a client's bytes, read in the plainest way: no chunks, no timers, no sockets.

#include <decapod/ipc/message.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::fuzz {

// One thing that happens on a connection, as a line: "request <canonical JSON>", "undecodable", "status",
// "step_down <body>", "refused" (after which the connection is over).
using Events = std::vector<std::string>;

Events events_of(std::string_view stream);

}  // namespace decapod::fuzz
