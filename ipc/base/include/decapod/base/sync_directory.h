#pragma once
// Making names durable.

#include <decapod/base/result.h>

#include <string>

namespace decapod {

// What was made, renamed or removed in the directory stays so after a power loss. Errors: as os_error(); not_writable:
// it cannot be opened, or its file system cannot do it.
Result<void> sync_directory(std::string const& path);

}  // namespace decapod
