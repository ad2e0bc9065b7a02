#include <decapod/base/utf8.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/subject_tree.h>

#include "verbs_arguments.h"
#include "verbs_faces.h"
#include "verbs_program.h"

namespace decapod::workunit {
namespace {

using cli::SubjectTrees;

Result<Subject> subject_of(SubjectTrees& trees) {
  Subject subject;
  DECAPOD_TRY(subject.head, trees.head());
  DECAPOD_TRY(subject.tree, trees.tree_here());
  return subject;
}

json::array first_changed(SubjectTrees& trees, Subject const& before, Subject const& after) {
  json::array changed;
  if (before.tree == after.tree) return changed;
  auto const paths = trees.paths_between(before.tree, after.tree);
  if (!paths) return changed;
  for (auto const& path : *paths) {
    if (changed.size() < static_cast<std::size_t>(kChangedMax)) changed.emplace_back(well_formed(path));
  }
  return changed;
}

}  // namespace

Result<void> gather_proof(cli::Surroundings& around, json::object& arguments) {
  // What cannot be is said before it is run, not after.
  DECAPOD_CHECK(request_type<Prove>.canonical(arguments));
  auto const question = some_of(arguments, {"id", "gate", "command", "token"});
  DECAPOD_TRY(auto const considered, around.call(request_type<Consider>, question));
  DECAPOD_TRY(auto const reply, cli::decoded<ConsiderReply>(considered));
  if (around.effect() == cli::Effect::imagined) {
    arguments["run"] = codec::encode(Run{.ending = Ending::not_run});
    return {};
  }
  DECAPOD_TRY(auto trees, SubjectTrees::open(around));
  DECAPOD_TRY(auto const before, subject_of(trees));
  DECAPOD_TRY(auto const program, program_for(around, arguments, reply.command, trees.worktree()));
  DECAPOD_TRY(auto const end, around.run(program));
  DECAPOD_TRY(auto const after, subject_of(trees));
  arguments["before"] = codec::encode(before);
  arguments["after"] = codec::encode(after);
  arguments["run"] = codec::encode(run_of(end));
  arguments["changed"] = first_changed(trees, before, after);
  arguments["tail"] = end.tail;
  return {};
}

Result<void> tell_failure(cli::Surroundings& /*around*/, json::object const& arguments, json::object& reply) {
  DECAPOD_TRY(auto const told, cli::decoded<ProofReply>(reply));
  if (!told.proof || told.proof->outcome == Outcome::passed) return {};
  reply["tail"] = cli::text_argument(arguments, "tail");
  auto error = fail(ErrorCode::proof_failed,
                    "the gate '" + told.proof->gate + "' failed: its command " + words_of(*told.proof->run));
  if (told.disagrees_with) {
    error.message += ", where it was said to pass";
    error.hint = "somebody recorded what did not happen, or the command does not always do the same: find out which";
  }
  if (told.proof->run->ending == Ending::timed_out) {
    error.hint = "it is recorded as failed: run it again, and allow it more with --timeout";
  }
  return error;
}

}  // namespace decapod::workunit
