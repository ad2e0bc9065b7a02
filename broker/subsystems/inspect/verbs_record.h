#pragma once
// How a record of the trail reads, and how new ones are followed.

#include <decapod/cli_kit/verb.h>

#include <string>
#include <vector>

namespace decapod::inspect {

// For people: sequence, time, actor, operation, status with what is to be said of it, and affected keys with blanks
// between. An import affects thousands of keys: people see the first of them, scripts see all.
std::vector<std::string> cells_of(std::uint64_t sequence, json::object const& record);

// --porcelain. KEYS: all of them, with blanks between; STEP: of a lineage.
inline constexpr auto kRecord =
    cli::columns("SEQUENCE", "TIME", "ACTOR", "OPERATION", "STATUS", "KEYS", "MARKER", "STEP");
void add_record(cli::Lines<kRecord>& lines, std::uint64_t sequence, json::object const& record,
                std::optional<std::string> const& step);

// Prints what is appended to the exported chain, from the newest record of `reply` on. Watches the file from here and
// keeps no broker alive.
Result<void> follow_trail(cli::Surroundings& around, json::object const& arguments, json::object const& reply,
                          cli::LineSink& sink);

}  // namespace decapod::inspect
