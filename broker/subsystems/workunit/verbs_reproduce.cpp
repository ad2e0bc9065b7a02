#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/cli_kit/scratch.h>
#include <decapod/cli_kit/subject_tree.h>
#include <decapod/governance/statement.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "verbs_arguments.h"
#include "verbs_faces.h"
#include "verbs_key.h"
#include "verbs_program.h"

namespace decapod::workunit {
namespace {

using cli::SubjectTrees;

// What somebody has put into the repository's hooks is no part of what is run again.
std::vector<std::string> without_hooks(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-c", "core.hooksPath=/dev/null"});
  return arguments;
}

// A worktree of the repository at one commit, as it was committed; it goes with this.
class Checkout {
 public:
  static Result<Checkout> make(cli::Surroundings& around, std::string const& worktree, std::string const& commit) {
    auto const& place = around.place();
    if (!place) return place.error();
    DECAPOD_TRY(auto scratch, cli::Scratch::make(place->paths.directory));
    Checkout checkout(around, worktree, std::move(scratch));
    DECAPOD_TRY(
        auto const made,
        around.git(worktree, without_hooks({"worktree", "add", "--quiet", "--detach", checkout.path(), commit})));
    if (made.status == 0) return checkout;
    return fail(ErrorCode::tree_unknown, "git cannot check out " + commit.substr(0, 12) + " beside the worktree",
                {{"commit", commit}});
  }
  Checkout(Checkout&& other) noexcept
      : around_(other.around_), worktree_(std::move(other.worktree_)), scratch_(std::move(other.scratch_)) {
    other.scratch_.reset();
  }
  Checkout& operator=(Checkout&&) = delete;
  ~Checkout() {
    if (scratch_) (void)around_->git(worktree_, without_hooks({"worktree", "remove", "--force", path()}));
  }

  std::string const& path() const { return scratch_->path(); }

 private:
  Checkout(cli::Surroundings& around, std::string worktree, cli::Scratch scratch)
      : around_(&around), worktree_(std::move(worktree)), scratch_(std::move(scratch)) {}

  cli::Surroundings* around_;
  std::string worktree_;
  std::optional<cli::Scratch> scratch_;  // the checkout itself; none: moved away
};

// A proof over files that were never committed can be run again by nobody else.
Result<void> check_committed(SubjectTrees& trees, Subject const& at) {
  DECAPOD_TRY(auto const commit, trees.commit(at.head));
  DECAPOD_TRY(auto const tree, trees.tree_at(commit));
  if (tree == at.tree) return {};
  auto error = fail(ErrorCode::tree_unknown,
                    "the proof speaks of files that are not what " + at.head.substr(0, 12) + " has committed",
                    {{"tree", at.tree}, {"commit", at.head}, {"committed", tree}});
  error.hint = "commit them and prove again: then it can be run again";
  return error;
}

Error changed_itself(Subject const& before, std::string const& after) {
  return fail(ErrorCode::tree_changed, "the command changed the files that it was run on, so it proves nothing",
              {{"before", before.tree}, {"after", after}});
}

// Of submodules a checkout has nothing but the names: what fails without them contradicts nobody.
Result<void> check_whole(cli::Surroundings& around, std::string const& worktree, Subject const& at, Run const& run) {
  if (run.ending == Ending::exited && run.status == 0) return {};
  DECAPOD_TRY(auto const entries, cli::list_tree(around, worktree, at.head, {}));
  auto const lacking = std::ranges::find(entries, cli::EntryKind::submodule, &cli::TreeEntry::kind);
  if (lacking == entries.end()) return {};
  auto error = fail(ErrorCode::tree_unknown,
                    "the command " + words_of(run) + " where the submodule " + lacking->path +
                        " is not checked out, so that says nothing",
                    {{"path", lacking->path}});
  error.hint = "nothing was recorded: submodules are not fetched for a reproduction";
  return error;
}

// What came of the command in a checkout of its own.
Result<cli::ProgramEnd> run_again(cli::Surroundings& around, json::object const& arguments,
                                  std::vector<std::string> const& command, Subject const& at) {
  DECAPOD_TRY(auto own, SubjectTrees::open(around));
  DECAPOD_CHECK(check_committed(own, at));
  DECAPOD_TRY(auto const checkout, Checkout::make(around, own.worktree(), at.head));
  DECAPOD_TRY(auto trees, SubjectTrees::open(around, checkout.path()));
  DECAPOD_TRY(auto const before, trees.tree_here());
  if (before != at.tree) return changed_itself(at, before);
  DECAPOD_TRY(auto const program, program_for(around, arguments, command, checkout.path()));
  DECAPOD_TRY(auto end, around.run(program));
  DECAPOD_TRY(auto const after, trees.tree_here());
  if (after != at.tree) return changed_itself(at, after);
  DECAPOD_CHECK(check_whole(around, own.worktree(), at, run_of(end)));
  return end;
}

}  // namespace

Result<void> gather_reproduction(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_CHECK(request_type<Reproduce>.canonical(arguments));
  auto question = some_of(arguments, {"id", "gate"});
  question["purpose"] = to_text(Purpose::reproduce);
  DECAPOD_TRY(auto const considered, around.call(request_type<Consider>, question));
  DECAPOD_TRY(auto const reply, cli::decoded<ConsiderReply>(considered));
  auto const source = policy::take_key_source(arguments);
  if (around.effect() == cli::Effect::imagined) return {};
  // The command is the agent's. Nothing of the key may be in this process while it runs, and whoever mistypes the
  // passphrase learns it before.
  DECAPOD_CHECK(try_key_file(around, source));
  DECAPOD_TRY(auto const end, run_again(around, arguments, reply.command, reply.proof->at));
  DECAPOD_TRY(auto const key, open_signing_key(around, source));
  Reproduction const again{.unit = reply.id,
                           .gate = cli::text_argument(arguments, "gate"),
                           .command = reply.command,
                           .at = reply.proof->at,
                           .run = run_of(end),
                           .proof = reply.proof->id,
                           .marker = reply.proof->marker};
  auto const statement = governance::sign(key, governance::StatementKind::proof, reply.store, around.clock().now().wall,
                                          std::move(codec::encode(again).as_object()));
  arguments["attestation"] = codec::encode(Attestation{.text = statement.text, .signature = statement.signature});
  arguments["tail"] = end.tail;
  return {};
}

}  // namespace decapod::workunit
