#pragma once
// What an error number of the operating system means for a request: said once, so that every file is refused alike.

#include <decapod/base/error.h>

namespace decapod {

// disk_full: there is no room (ENOSPC, EDQUOT, EFBIG). unreachable: the device failed (EIO), or no descriptor is left
// (EMFILE, ENFILE). Every other number is `otherwise`.
ErrorCode code_of(int number, ErrorCode otherwise);

// Whether it says that this process, or the machine, has no descriptor left.
bool is_out_of_descriptors(int number);
// What to do about this one in particular; "": what its code says.
char const* hint_for(int number);

// What to do where memory is short.
inline constexpr char kOutOfMemory[] = "free some memory, or allow more (`ulimit -v`), then repeat the request";

// "cannot <doing> <path>: <the system's words>", with the path in its details.
Error os_error(std::string const& doing, std::string const& path, int number, ErrorCode otherwise);

}  // namespace decapod
