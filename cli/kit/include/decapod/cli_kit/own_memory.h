#pragma once
// Secrets in this process's own memory.

namespace decapod::cli {

// From here on no other process of this user may look into this one's memory or at its descriptors, and no core is
// written of it. Called before a secret is read, and before anything runs that might look: what is open already stays
// open. A privileged process is kept out by nothing.
void close_own_memory();

}  // namespace decapod::cli
