#pragma once
// The form of an exported line, apart from files.

#include <string_view>

namespace decapod::audit {

// Whether `fragment`, the end of a file without a newline, can be the beginning of a line that a crash cut short. A
// crash may also leave NULs where data never reached the disk.
bool may_be_torn_line(std::string_view fragment);

}  // namespace decapod::audit
