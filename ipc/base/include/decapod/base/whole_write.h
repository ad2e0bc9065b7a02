#pragma once
// Writing to a file until all of it is written.

#include <string_view>

namespace decapod {

// Goes on after short writes and signals. 0, or the number of the error that ended it (then a part may be written).
// For files: a descriptor that does not block is not waited for.
int write_whole(int descriptor, std::string_view content);

}  // namespace decapod
