#pragma once
// Writing one of decapod's own records (own_records.h) into a worktree.

#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <string_view>

namespace decapod::cli {

struct RecordFile {
  std::string worktree;     // absolute
  std::string_view folder;  // from there
  std::string name;         // without ".json"; one part of a path
  std::string_view again;   // the hint where a link is in the way, after "remove the link"
};

// Writes the whole file, and makes the folders that are lacking; its path, from the worktree. refused: the file, or a
// folder on the way to it, is a link, which could lead anywhere. unsafe_directory: something else is in a folder's
// place. not_writable, disk_full.
Result<std::string> write_record(Surroundings& around, RecordFile const& file, std::string_view text);

}  // namespace decapod::cli
