#pragma once
// losses.jsonl in the state directory: acknowledged commits that are known to be gone. It stays until a person who has
// read it removes it.

#include <decapod/base/clock.h>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace decapod::broker {

// How much of a range is gone.
enum class Extent : std::uint8_t {
  at_most,  // between none and all of it: what the next leader recovers of the log is not known yet
  exact,    // all of it
};
BOOST_DESCRIBE_ENUM(Extent, at_most, exact)

// One finding. Who loses a log of commits says what was in it at most; who then opens the store says what is missing.
struct Loss {
  Timestamp at;
  std::int64_t commit_seq = 0;  // the last one of the range
  std::string why;
  std::optional<std::int64_t> after{};  // the one before its first; nullopt: not known
  std::optional<Extent> extent{};       // nullopt: by a build that did not say
};
BOOST_DESCRIBE_STRUCT(Loss, (), (at, commit_seq, why, after, extent))

// Which commits, such as "commits 12 to 15 are gone".
std::string extent_in_words(Loss const& loss);

std::string losses_path(std::string const& state_directory);

// Appends and syncs, the directory too. False if it cannot be written. Only under the leader lock.
bool record_loss(std::string const& state_directory, Loss const& loss);

// Oldest first; a line that cannot be read counts as a loss, too. Opens the file only if it is one.
std::vector<Loss> read_losses(std::string const& state_directory);

}  // namespace decapod::broker
