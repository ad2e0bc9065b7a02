#pragma once
// Files that Git LFS keeps elsewhere: git stores a pointer to each. The pointer is made here from the bytes of the
// file, never by the filter, which is a program that this clone's configuration names and that could say anything.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

namespace decapod::cli {

inline constexpr std::string_view kLargeFileDriver = "lfs";

// A regular file of the worktree as git would store it.
struct LargeFile {
  std::string path;     // from the root of the worktree
  std::string mode;     // "100644" or "100755"
  std::string pointer;  // the bytes of its blob; "" for an empty file
};

struct LargeFiles {
  std::vector<LargeFile> there;
  std::vector<std::string> gone;  // tracked, and not there any more
};

// Reads each of these paths below `worktree` whole. What is no regular file is left out: no filter is for it.
// tree_unknown: a file is a pointer itself, as its content was never fetched, or cannot be read; timeout.
Result<LargeFiles> look_at_large_files(Surroundings& around, std::string const& worktree,
                                       std::vector<std::string> const& paths);

}  // namespace decapod::cli
