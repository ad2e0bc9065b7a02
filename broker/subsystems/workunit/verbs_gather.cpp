#include <decapod/base/digest.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/cli_kit/subject_tree.h>

#include <filesystem>

#include "verbs_arguments.h"
#include "verbs_faces.h"

namespace decapod::workunit {
namespace {

using cli::SubjectTrees;

Result<Subject> subject_here(SubjectTrees& trees) {
  Subject here;
  DECAPOD_TRY(here.head, trees.head());
  DECAPOD_TRY(here.tree, trees.tree_here());
  return here;
}

Error not_below(std::string const& typed) {
  auto error = fail(ErrorCode::bad_request, "'" + typed + "' is no path below the worktree", {{"path", typed}});
  error.hint = "name a file of the repository, as it is seen from here";
  return error;
}

// `typed` is seen from the working directory, or from the root if it begins there; in the one spelling that git has.
Result<std::string> path_in(SubjectTrees const& trees, std::string const& cwd, std::string const& typed) {
  auto const& root = trees.worktree();
  bool const below = cwd.starts_with(root + '/');
  std::filesystem::path const from = below ? cwd.substr(root.size() + 1) : std::string();
  if (typed.starts_with('/')) return not_below(typed);
  auto path = (from / typed).lexically_normal().string();
  if (path.ends_with('/')) path.pop_back();
  if (path.empty() || path == "." || path == ".." || path.starts_with("../")) return not_below(typed);
  return path;
}

Result<Reference> reference_to(cli::Surroundings& around, SubjectTrees& trees, std::string const& typed,
                               ReferenceKind kind) {
  Reference reference{.kind = kind, .name = "", .sha256 = "", .revision = ""};
  DECAPOD_TRY(reference.name, path_in(trees, around.cwd(), typed));
  DECAPOD_TRY(reference.revision, trees.head());
  DECAPOD_TRY(auto const text, cli::committed_file(around, trees.worktree(), reference.revision, reference.name));
  if (!text) {
    auto error = fail(ErrorCode::not_found, reference.name + " is not committed at " + reference.revision.substr(0, 12),
                      {{"path", reference.name}, {"revision", reference.revision}});
    error.hint = "commit it first: a reference is bound to a commit";
    return error;
  }
  reference.sha256 = hex(sha256(*text));
  return reference;
}

// What differs between the tree where the work began and `here`; nothing, and not all, where git does not know.
void add_paths(cli::Surroundings& around, SubjectTrees& trees, std::string const& here, json::object& arguments) {
  arguments["complete"] = false;
  auto const shown = around.call(request_type<Show>, some_of(arguments, {"id"}));
  if (!shown) return;
  auto const reply = cli::decoded<ShowReply>(*shown);
  if (!reply) return;
  auto const base = trees.tree_at(reply->unit.base);
  if (!base) return;
  auto const paths = trees.changes_between({*base, reply->unit.base}, {here, ""});
  if (!paths) return;
  json::array told;
  for (auto const& path : *paths) {
    if (cli::can_be_told(path) && told.size() < static_cast<std::size_t>(kPathsMax)) told.emplace_back(path);
  }
  arguments["complete"] = told.size() == paths->size();
  arguments["paths"] = std::move(told);
}

}  // namespace

Result<void> gather_base(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_TRY(auto trees, SubjectTrees::open(around));
  DECAPOD_TRY(auto const head, trees.head());
  arguments["base"] = head;
  return {};
}

Result<void> gather_files(cli::Surroundings& around, json::object& arguments) {
  auto const specs = cli::list_argument(arguments, "spec");
  auto const states = cli::list_argument(arguments, "state");
  if (specs.empty() && states.empty()) return {};
  DECAPOD_TRY(auto trees, SubjectTrees::open(around));
  std::vector<Reference> files;
  for (auto const& path : specs) {
    DECAPOD_TRY(auto reference, reference_to(around, trees, path, ReferenceKind::spec));
    files.push_back(std::move(reference));
  }
  for (auto const& path : states) {
    DECAPOD_TRY(auto reference, reference_to(around, trees, path, ReferenceKind::state));
    files.push_back(std::move(reference));
  }
  arguments["files"] = codec::encode(files);
  return {};
}

Result<void> gather_here(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_TRY(auto trees, SubjectTrees::open(around));
  DECAPOD_TRY(auto const here, subject_here(trees));
  arguments["here"] = codec::encode(here);
  return {};
}

Result<void> gather_work(cli::Surroundings& around, json::object& arguments) {
  DECAPOD_TRY(auto trees, SubjectTrees::open(around));
  DECAPOD_TRY(auto const here, subject_here(trees));
  arguments["here"] = codec::encode(here);
  add_paths(around, trees, here.tree, arguments);
  return {};
}

Result<void> gather_work_if_any(cli::Surroundings& around, json::object& arguments) {
  auto told = arguments;
  if (gather_work(around, told)) arguments = std::move(told);
  return {};
}

}  // namespace decapod::workunit
