#pragma once
// The files that decapod itself writes to be committed.

#include <string_view>

namespace decapod::cli {

// Whether a file of exactly this path, from the root, is one: an exported work unit, a capsule, a pinned checkpoint or
// the bundle of a promotion. Whatever else lies in their folders (kRecordFolders) is a file like any other.
bool is_own_record(std::string_view path);

}  // namespace decapod::cli
