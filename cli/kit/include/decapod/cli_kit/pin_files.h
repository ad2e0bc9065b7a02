#pragma once
// The checkpoints that are pinned in a worktree: the files of kPinFolder whose names end with ".txt". Every command
// that asks for them sees the same ones, in the same order, and takes the same ones for unreadable.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

namespace decapod::cli {

// A checkpoint has fewer.
inline constexpr std::size_t kPinBytesMax = 4096;
inline constexpr std::size_t kPinsMost = 200;

struct PinFile {
  std::string path;          // from the root of the worktree
  Result<std::string> text;  // input_unreadable: no text that may travel; or what Surroundings::read says
};

// In order of their names. `worktree` is absolute; none where it is "" or has no such folder. too_large: more than
// kPinsMost. input_unreadable, unreachable: as names_in (folder_names.h).
Result<std::vector<PinFile>> pin_files(Surroundings& around, std::string const& worktree);

}  // namespace decapod::cli
