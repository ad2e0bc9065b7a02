#pragma once
// How the trail says that acknowledged commits were found to be gone, and that the store began a new generation: by a
// record of its own in the chain of reads, which names the generation that it ended.
//   broker/lost/<store>/<generation>

#include <decapod/storage/database.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::contract {

// What the record says that it was; no request can.
inline constexpr std::string_view kLossFound = "broker.losses";
inline constexpr std::string_view kLostKey = "broker/lost/";

// A line of commits whose end was lost.
struct LostLine {
  std::uint64_t commit_seq = 0;  // the last commit that was left of it: what follows is of a later generation
  std::int64_t generation = 0;   // the one that ended
};

std::string lost_key(std::string const& store_uuid, std::int64_t generation);

// Oldest first. Looks at every record of the chain of reads. Throws storage::Failure.
std::vector<LostLine> lost_lines(storage::Database& database);

}  // namespace decapod::contract
