#pragma once
// Before an exported file is opened.

#include <decapod/base/result.h>

#include <fcntl.h>
#include <string>

namespace decapod::audit {

// Looked at by name first: were it another name of the database, opening and closing it would drop SQLite's locks. A
// file that is not there is fine. A relative path is below `directory`. unsafe_directory: it is no plain file, or has
// more than one name.
Result<void> check_plain_file(std::string const& path, int directory = AT_FDCWD);

}  // namespace decapod::audit
