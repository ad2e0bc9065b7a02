#pragma once
// How a record of the trail reads, and how new ones are followed.

#include <decapod/cli_kit/verb.h>

#include <string>
#include <vector>

namespace decapod::inspect {

// An import affects thousands of keys: people see the first of them, scripts see all.
enum class Keys : std::uint8_t { shortened, whole };

// Sequence, time, actor, operation, status, affected keys with blanks between.
std::vector<std::string> cells_of(std::uint64_t sequence, json::object const& record, Keys keys);
// The same as --porcelain has it.
std::string columns_of(std::uint64_t sequence, json::object const& record);

// Prints what is appended to the exported chain, from the newest record of `reply` on. Watches the file from here and
// keeps no broker alive.
Result<void> follow_trail(cli::Surroundings& around, json::object const& arguments, json::object const& reply,
                          cli::LineSink& sink);

}  // namespace decapod::inspect
