#pragma once
// libsodium chooses how it reckons when it is started: whoever reckons before has the slowest of its ways.

namespace decapod::governance {

// Any number of times, by any thread. bad_alloc: it cannot be started.
void start_library();

}  // namespace decapod::governance
