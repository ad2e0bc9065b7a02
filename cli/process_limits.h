#pragma once
// What the system lets a process use. A broker serves everybody, so it must not live by the limits of whoever happened
// to start it.

#include <decapod/reach/machine.h>

namespace decapod::cli {

// As much as this process may give itself: memory, file size, processor time. What cannot be raised stays.
void raise_limits();

// Whether a broker that is started from here could serve others: with room enough, and at a pace that is theirs.
reach::Machine::Room room_for_a_broker();

// A write beyond the limit of a file's size is an error like a full disk's, not the end of the process.
void survive_file_limit();

}  // namespace decapod::cli
