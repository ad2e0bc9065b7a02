#pragma once
// Files of a store's owner that are committed: they lie beside the state directory, in the same .decapod.

#include <string>
#include <string_view>

namespace decapod {

// The operator's public key (hex, one line), from the root of the worktree.
inline constexpr std::string_view kPublishedKeyPath = ".decapod/operator.pub";

// The file of this name beside `state_directory`, which is absolute.
std::string path_beside(std::string_view state_directory, std::string_view name);
// The one of kPublishedKeyPath that belongs to the store.
std::string published_key_beside(std::string_view state_directory);

}  // namespace decapod
