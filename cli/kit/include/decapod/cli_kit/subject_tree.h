#pragma once
// What a proof speaks of: the files of a work tree as one git tree, whether or not they are committed.

#include <decapod/cli_kit/scratch.h>
#include <decapod/cli_kit/surroundings.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// Whether a request can carry this path: git takes any bytes for a name, a request takes text.
bool can_be_told(std::string_view path);

struct LargeFiles;

// Names the trees of one work tree. Git's own index and objects stay as they are: everything is made in a scratch
// folder of the state directory, or of git's own where there is no store, which goes with this. Files that git ignores
// are in no tree, and neither are decapod's own records (own_records.h): one about a tree would change the tree. In a
// submodule they are.
class SubjectTrees {
 public:
  // Of the work tree at `worktree` (absolute, its root). tree_unknown: not in a repository, or in a bare one.
  static Result<SubjectTrees> open(Surroundings& around, std::string worktree);
  // Of the one in which the command runs.
  static Result<SubjectTrees> open(Surroundings& around);

  std::string const& worktree() const { return worktree_; }
  // The commit that is checked out. tree_unknown: there is none yet.
  Result<std::string> head();
  // The id of the commit; not_found: git knows none of that name.
  Result<std::string> commit(std::string const& revision);
  // Of the files as they are now: each is read, whatever its times and size say. Of those that Git LFS keeps elsewhere
  // it has the pointer that their bytes make; no filter is run. tree_unknown: git was told not to look at some of them,
  // or to show them as another filter or this clone's own attributes make them; or some file, or a submodule, is
  // another one than a checkout of the tree would give.
  Result<std::string> tree_here();
  // Of a commit.
  Result<std::string> tree_at(std::string const& commit);
  // Every path that differs, in git's order. Both trees were named by this object.
  Result<std::vector<std::string>> paths_between(std::string const& from, std::string const& to);
  // A tree that this object named, and its commit; "" is the files that are there.
  struct State {
    std::string tree;
    std::string commit;
  };
  // Each path once: those of the trees, then the pins. These are in no tree, so that to pin changes no proof; but a pin
  // that goes takes evidence away.
  Result<std::vector<std::string>> changes_between(State const& from, State const& to);

 private:
  SubjectTrees(Surroundings& around, std::string worktree) : around_(&around), worktree_(std::move(worktree)) {}

  // Nobody holds records in a submodule against a store.
  enum class Records : std::uint8_t { left_out, counted };

  Result<std::vector<std::string>> pins_between(std::string const& from, std::string const& to);
  Result<std::string> scratch_folder();
  Result<void> prepare();
  // What git printed; say(): without the line end.
  Result<std::string> ask(std::vector<std::string> arguments, GitAside const& aside);
  Result<std::string> say(std::vector<std::string> arguments, GitAside const& aside);
  Result<std::string> path_in_git(std::string const& name);
  Result<std::string> write_tree(GitAside const& aside);
  Result<void> leave_out_own_records(GitAside const& aside);
  Result<void> check_as_checked_out(std::vector<std::string> const& filtered, GitAside const& own);
  Result<void> check_submodules(GitAside const& own);
  Result<void> add_all_but(LargeFiles const& large, GitAside const& own);
  Result<void> add_large(LargeFiles const& large, GitAside const& own);
  Result<void> start_afresh(GitAside const& own);
  GitAside aside(std::string_view index) const;

  Surroundings* around_;
  std::string worktree_;
  std::string objects_;  // git's own
  std::shared_ptr<Scratch> scratch_;
  Records records_ = Records::left_out;
};

}  // namespace decapod::cli
