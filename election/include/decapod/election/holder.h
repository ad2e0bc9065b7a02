#pragma once
// Which process holds a lock: for people to read, never for deciding anything.

#include <sys/types.h>

#include <optional>
#include <string>

namespace decapod::election {

// A live process of this user that has the locked file at `path` open, other than this one; nullopt if none can be
// seen (another user's, or one in another process namespace). Reads /proc and takes no lock. When a command has handed
// its lock over and not yet ended, either of the two.
std::optional<pid_t> lock_holder(std::string const& path);

}  // namespace decapod::election
