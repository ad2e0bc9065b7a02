#pragma once
// The life of a broker that a winner has left behind.

#include <decapod/base/exit_status.h>
#include <decapod/reach/handover.h>
#include <decapod/reach/machine.h>
#include <decapod/reach/session.h>

namespace decapod::reach {

// Adopts the lock, opens the store, and serves on `listener` until its tenure ends. Returns with the lock let go: what
// the process should end with.
ExitStatus serve_tenure(Handover const& handed, std::unique_ptr<election::LockFile> lock, int listener,
                        Build const& build, broker::Directory const& directory, Clock& clock, Machine& machine);

}  // namespace decapod::reach
