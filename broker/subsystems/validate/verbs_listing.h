#pragma once
// Names of files, as git lists them and as a report may show them.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::validate {

// `git ls-files -z` with these arguments in `directory`, each path once, in order of bytes. refused, with what git
// said, if git fails.
Result<std::vector<std::string>> list_files(cli::Surroundings& around, std::string const& directory,
                                            std::vector<std::string> const& arguments);

// The names in a folder of the tree at `root` that end with `extension` ("": every one), in order of bytes; none where
// there is no such folder. too_large: more than `most`. input_unreadable: it is no folder, or cannot be read.
// unreachable: a folder above it may not be searched.
Result<std::vector<std::string>> names_in(std::string const& root, std::string const& folder,
                                          std::string_view extension, std::size_t most);

// Text that may travel in a request: bytes that are no UTF-8, and control characters, become visible.
std::string as_text(std::string_view bytes);

// "3 files not scanned, no text: a, b, c"; at most ten names.
std::string named(std::vector<std::string> const& paths, std::string_view what);

}  // namespace decapod::validate
