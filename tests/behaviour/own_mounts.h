#pragma once
// Scripts that mount something, in a mount namespace of their own.

#include <unistd.h>

#include <string>

namespace decapod::test {

// What a shell runs instead of itself: the script at this path, in a mount namespace of its own. Who is not root gets a
// user namespace as well.
inline std::string in_own_mounts(std::string const& script) {
  return (geteuid() == 0 ? "exec unshare -m bash " : "exec unshare -Urm bash ") + script;
}

}  // namespace decapod::test
