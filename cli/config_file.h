#pragma once
// What .decapod/config.toml says about the store:
//
//   [store]
//   allow_unreliable_locks = true    # on a file system whose locks decapod does not trust

#include <decapod/base/result.h>
#include <decapod/election/filesystem.h>

#include <string_view>

namespace decapod::cli {

// bad_request, with the line in the message: it is no TOML, or [store] says something else. The rest of the file
// belongs to others.
Result<election::Unreliable> parse_unreliable_locks(std::string_view toml);

}  // namespace decapod::cli
