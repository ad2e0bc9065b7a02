#pragma once
// The few values of git's configuration that a command needs, read without starting git (which takes milliseconds).

#include <optional>
#include <string>
#include <string_view>

namespace decapod::cli {

// The last value of `section.key` (both lower case) in the text of a configuration file. Sections with a
// subsection do not match; includes are not followed. A key without a value is "true".
std::optional<std::string> git_setting(std::string_view config, std::string_view section, std::string_view key);

// The same in a file; nullopt if the file cannot be read. At most 1 MiB is looked at.
std::optional<std::string> git_setting_in(std::string const& path, std::string_view section, std::string_view key);

// A small file whole; nullopt if it cannot be read or is larger than 1 MiB.
std::optional<std::string> small_file(std::string const& path);

}  // namespace decapod::cli
