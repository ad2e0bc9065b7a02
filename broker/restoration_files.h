#pragma once
// Files and directories as a restore needs them. Errors: disk_full, not_writable, unreachable.

#include <decapod/base/clock.h>
#include <decapod/base/digest.h>
#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>

#include <string>

namespace decapod::broker::files {

// The whole of `from` (opened and read once, by its path) into the empty file `to`; synced. Refuses a file of the store
// itself before it opens it: refused. input_unreadable: it is no file that can be read. timeout.
Result<Sha256> copy_in(std::string const& from, std::string const& to, StatePaths const& store, SteadyTime deadline);

// Of a regular file; nullopt: it cannot be read.
std::optional<std::string> first_line(std::string const& path);
// Whether any regular file in this directory holds these bytes.
bool any_holds(std::string const& directory, std::string_view bytes);

bool exists(std::string const& path);
bool has_content(std::string const& path);
Result<void> make_directory(std::string const& path);  // 0700; there already is fine
Result<void> link(std::string const& from, std::string const& to);
Result<void> rename(std::string const& from, std::string const& to);
Result<void> remove(std::string const& path);  // absent is fine

}  // namespace decapod::broker::files
