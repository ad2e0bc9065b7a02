#pragma once
// Files of a store's owner that are committed: they lie beside the state directory, in the same .decapod.

#include <array>
#include <string>
#include <string_view>

namespace decapod {

// The operator's public key (hex, one line), from the root of the worktree.
inline constexpr std::string_view kPublishedKeyPath = ".decapod/operator.pub";

// Where decapod's records of what was governed lie, from the root of the worktree.
inline constexpr std::string_view kUnitFolder = ".decapod/workunits";
inline constexpr std::string_view kCapsuleFolder = ".decapod/capsules";
inline constexpr std::string_view kPinFolder = ".decapod/pins";
inline constexpr std::string_view kLineageFolder = ".decapod/lineage";
inline constexpr std::array<std::string_view, 4> kRecordFolders = {kUnitFolder, kCapsuleFolder, kPinFolder,
                                                                   kLineageFolder};

// The file of this name beside `state_directory`, which is absolute.
std::string path_beside(std::string_view state_directory, std::string_view name);
// The one of kPublishedKeyPath that belongs to the store.
std::string published_key_beside(std::string_view state_directory);

}  // namespace decapod
