#pragma once
// How a record of the trail reads, and how new ones are followed.

#include <decapod/cli_kit/verb.h>

#include <string>
#include <vector>

namespace decapod::inspect {

// Sequence, time, actor, operation, status, affected keys (shortened).
std::vector<std::string> cells_of(std::uint64_t sequence, json::object const& record);

// Prints what is appended to the exported chain, from the newest record of `reply` on. Watches the file from here and
// keeps no broker alive.
Result<void> follow_trail(cli::Surroundings& around, json::object const& arguments, json::object const& reply,
                          cli::LineSink& sink);

}  // namespace decapod::inspect
