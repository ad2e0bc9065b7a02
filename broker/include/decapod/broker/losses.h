#pragma once
// losses.jsonl in the state directory: acknowledged commits that are known to be gone. It stays until a person who has
// read it removes it.

#include <decapod/base/clock.h>
#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace decapod::broker {

// One event. What was acknowledged after the last checkpoint and up to `commit_seq` may be missing from the store.
struct Loss {
  Timestamp at;
  std::int64_t commit_seq = 0;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(Loss, (), (at, commit_seq, why))

std::string losses_path(std::string const& state_directory);

// Appends and syncs, the directory too. False if it cannot be written. Only under the leader lock.
bool record_loss(std::string const& state_directory, Loss const& loss);

// Oldest first; a line that cannot be read counts as a loss, too. Opens the file only if it is one.
std::vector<Loss> read_losses(std::string const& state_directory);

}  // namespace decapod::broker
