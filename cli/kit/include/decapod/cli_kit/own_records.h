#pragma once
// The files that decapod itself writes to be committed.

#include <array>
#include <string_view>

namespace decapod::cli {

// Where they lie, from the root of the worktree.
inline constexpr std::string_view kUnitFolder = ".decapod/workunits";
inline constexpr std::string_view kCapsuleFolder = ".decapod/capsules";
inline constexpr std::string_view kPinFolder = ".decapod/pins";
inline constexpr std::string_view kLineageFolder = ".decapod/lineage";
inline constexpr std::array<std::string_view, 4> kRecordFolders = {kUnitFolder, kCapsuleFolder, kPinFolder,
                                                                   kLineageFolder};

// Whether a file of exactly this path, from the root, is one: an exported work unit, a capsule, a pinned checkpoint or
// the bundle of a promotion. Whatever else lies in those folders is a file like any other.
bool is_own_record(std::string_view path);

}  // namespace decapod::cli
