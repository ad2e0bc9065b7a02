#pragma once
// What lies in a folder of the tree.

#include <decapod/base/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// The names in `folder` (absolute) that end with `extension` ("": every one), in order of bytes; none where there is no
// such folder. too_large: more than `most`. input_unreadable: it is no folder, or cannot be read. unreachable: a folder
// above it may not be searched.
Result<std::vector<std::string>> names_in(std::string const& folder, std::string_view extension, std::size_t most);

}  // namespace decapod::cli
