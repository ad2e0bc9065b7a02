#include "verbs_repository.h"

#include <decapod/base/digest.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/promote_lineage/entry.h>
#include <decapod/promote_sources/changes.h>
#include <decapod/promote_sources/sources.h>

#include <algorithm>

namespace decapod::validate {

using promote::Bundle;
using promote::Lineage;
using promote::Told;

namespace {

// What cannot be told in full is of the highest risk, however little of it is told.
std::string count_of(Told const& told) {
  return std::to_string(told.paths.size()) + (told.complete == promote::Complete::no ? " and more" : "");
}

}  // namespace

void RepositoryCheck::run(std::string const& path, Bundle const& bundle) {
  path_ = path;
  auto const& lineage = bundle.lineage;
  auto const commit = trees_.commit(lineage.revision);
  if (!commit) {
    report_.notices.push_back(bundle.id + ": this clone does not have the commit that it names");
    return;
  }
  auto const tree = trees_.tree_at(*commit);
  if (!tree) return disagrees("git cannot tell the tree of its commit");
  if (*tree != lineage.tree) return disagrees("its commit has the tree " + *tree + ", not " + lineage.tree);
  if (lineage.kind == promote::Kind::knowledge)
    hold_sources(lineage);
  else
    hold_changes(bundle, *commit, *tree);
  hold_history(lineage.told, *commit);
  hold_files(lineage);
}

void RepositoryCheck::hold_changes(Bundle const& bundle, std::string const& commit, std::string const& tree) {
  auto const& told = bundle.lineage.told;
  auto const base = trees_.commit(told.base);
  if (!base) {
    report_.notices.push_back(bundle.id + ": this clone does not have the commit that its changes are counted from");
    return;
  }
  Told again;
  again.base = *base;
  promote::add_paths(trees_, commit, tree, again);
  if (again.complete == told.complete && again.paths == told.paths) return;
  disagrees("it says that " + count_of(told) + " paths were changed, and git knows " + count_of(again) +
            ", or others: its risk was judged by those");
}

void RepositoryCheck::hold_history(Told const& told, std::string const& revision) {
  for (auto const& reached : told.reached) {
    if (reached.ancestor == promote::Ancestor::no) continue;
    auto const commit = trees_.commit(reached.commit);
    // A clone that lacks old commits cannot tell.
    if (!commit) continue;
    auto const found = cli::ancestry(around_, trees_.worktree(), *commit, revision);
    if (found && *found == cli::Ancestry::none) {
      disagrees("it says that " + reached.commit + " is in the history of " + revision + ", and it is not");
    }
  }
}

std::string RepositoryCheck::committed(std::string const& revision, std::string const& path) {
  auto const text = cli::committed_file(around_, trees_.worktree(), revision, path);
  return text ? text->value_or("") : std::string();
}

void RepositoryCheck::hold_files(Lineage const& lineage) {
  auto const& told = lineage.told;
  if (committed(lineage.revision, std::string(kPublishedKeyPath)) != told.operator_key) {
    disagrees("its commit has another .decapod/operator.pub than it says");
  }
  for (auto const& part : lineage.work) {
    auto const file = std::ranges::find(told.files, part.id, &promote::Written::id);
    if (file == told.files.end()) continue;
    auto const text = committed(lineage.revision, std::string(kUnitFolder) + '/' + part.id + ".json");
    auto const is = text.empty() ? std::string() : hex(sha256(text));
    if (is != file->committed) disagrees("its commit has another exported work unit " + part.id + " than it says");
  }
}

void RepositoryCheck::hold_sources(Lineage const& lineage) {
  if (!lineage.entry) return;
  auto const document = promote::document_in(*lineage.entry);
  if (!document) return;  // the bundle itself was named for it
  auto const seen = promote::sources_at(around_, trees_.worktree(), lineage.revision, document->provenance);
  if (!seen) return disagrees("git cannot tell the files that its entry rests on: " + seen.error().message);
  auto const told = lineage.told.sources.value_or(std::vector<promote::Seen>{});
  for (auto const& one : *seen) {
    auto const said = std::ranges::find(told, one.source, &promote::Seen::source);
    if (said != told.end() && said->sha256 == one.sha256) continue;
    disagrees("its commit has other lines at " + one.source + " than it says");
  }
}

void RepositoryCheck::disagrees(std::string message) {
  add_finding(report_, {.code = std::string(promote::kBundleDisagrees),
                        .message = std::move(message),
                        .where = path_,
                        .hint = "whoever promoted it told the store what the repository does not say"});
}

}  // namespace decapod::validate
