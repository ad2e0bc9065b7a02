#pragma once
// Secrets that are not needed any more.

#include <string>

namespace decapod {

// Overwrites all that the text's memory holds, and empties it: it must not be found in memory that was given back.
void wipe(std::string& secret);

}  // namespace decapod
