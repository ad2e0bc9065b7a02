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

// Text that may travel in a request: bytes that are no UTF-8, and control characters, become visible.
std::string as_text(std::string_view bytes);

// "3 files not scanned, no text: a, b, c"; at most ten names.
std::string named(std::vector<std::string> const& paths, std::string_view what);

}  // namespace decapod::validate
