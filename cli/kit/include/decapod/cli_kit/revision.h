#pragma once
// A revision as git keeps it, read from its objects and never from the worktree: whoever has the same revision reads
// the same bytes, whatever lies around uncommitted, however the files were checked out.

#include <decapod/cli_kit/surroundings.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// Object names, 40 or 64 hex digits.
struct Revision {
  std::string commit;
  std::string tree;
  friend bool operator==(Revision const&, Revision const&) = default;
};

// In all of these `worktree` is absolute. Errors: timeout; too_large (git printed more than 64 MiB); input_unreadable
// (there is no git, or an object is missing or damaged).

// What HEAD names; nullopt in no repository and before the first commit.
Result<std::optional<Revision>> head_revision(Surroundings& around, std::string const& worktree);
// The revision of this commit; nullopt if the repository does not have it, or if the name is no name of an object.
Result<std::optional<Revision>> find_revision(Surroundings& around, std::string const& worktree,
                                              std::string const& commit);

enum class EntryKind : std::uint8_t { file, link, submodule };

struct TreeEntry {
  std::string path;  // from the root of the tree; may be no UTF-8
  EntryKind kind = EntryKind::file;
  std::string object;
  std::size_t bytes = 0;  // of a file, once it was measured
};

// What the tree holds at or below these paths, of everything if there are none; in the order of their bytes.
Result<std::vector<TreeEntry>> list_tree(Surroundings& around, std::string const& worktree, std::string const& tree,
                                         std::vector<std::string> const& below);
// Fills TreeEntry::bytes.
Result<void> measure(Surroundings& around, std::string const& worktree, std::string const& tree,
                     std::span<TreeEntry> files);
// The contents of measured files, in their order.
Result<std::vector<std::string>> read_files(Surroundings& around, std::string const& worktree,
                                            std::span<TreeEntry const> files);

// The bytes of a file at a commit; nullopt: there is none at this path, or git does not know the commit.
Result<std::optional<std::string>> committed_file(Surroundings& around, std::string const& worktree,
                                                  std::string const& commit, std::string const& path);

enum class Ancestry : std::uint8_t { ancestor, none, unknown };
// Whether `commit` is `head` or in its history. unknown: git cannot tell.
Result<Ancestry> ancestry(Surroundings& around, std::string const& worktree, std::string const& commit,
                          std::string const& head);

// What git lists with -z.
std::vector<std::string> split_at_nul(std::string_view text);

}  // namespace decapod::cli
