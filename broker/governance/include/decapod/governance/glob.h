#pragma once
// How a policy names paths and operations. Time is bounded by the product of the two lengths, whatever the pattern.

#include <optional>
#include <string>
#include <string_view>

namespace decapod::governance {

// Paths are relative to the worktree's root, with '/' between segments. '?' is one character and '*' any number of
// them, within a segment; "**" spans segments: "src/**" is all below src, "**/*.sql" every script. A pattern also
// covers what lies below what it matches: "cmake" is the folder with everything in it.
bool path_matches(std::string_view pattern, std::string_view path);

// Operation names ("todo.add"): '*' is any number of characters, dots included.
bool name_matches(std::string_view pattern, std::string_view name);

// "./a//b/../c" as "a/c"; nullopt if it is absolute, empty, or leads out of the root. Lexical: links are not followed.
std::optional<std::string> normal_path(std::string_view path);

}  // namespace decapod::governance
