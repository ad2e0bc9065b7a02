#include "verbs_bundles.h"

#include <decapod/base/counted.h>
#include <decapod/cli_kit/subject_tree.h>
#include <decapod/promote_lineage/bundle.h>

#include <algorithm>
#include <filesystem>

#include "verbs_listing.h"

namespace decapod::validate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBundles = 1000;
constexpr std::size_t kKeyBytes = 1024;

Result<std::vector<promote::BundleFile>> bundles_in(cli::Surroundings& around, std::string const& root) {
  std::string const folder(promote::kBundleFolder);
  std::vector<std::string> names;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator(root + '/' + folder, none)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  if (names.size() > kMostBundles) {
    return fail(ErrorCode::too_large, "more than 1000 bundles in " + root + '/' + folder);
  }
  std::vector<promote::BundleFile> files;
  for (auto const& name : names) {
    std::string path = folder;
    path += '/';
    path += name;
    auto text = around.read(root + '/' + path, promote::kBundleBytesMax);
    files.push_back({.path = as_text(path), .text = text ? *std::move(text) : std::string()});
  }
  return files;
}

// What the repository says of a bundle, computed again: nobody who holds the store could.
class RepositoryCheck {
 public:
  RepositoryCheck(cli::SubjectTrees& trees, GateReport& report) : trees_(trees), report_(report) {}

  void run(std::string const& path, promote::Bundle const& bundle) {
    path_ = path;
    auto const& lineage = bundle.lineage;
    auto const commit = trees_.commit(lineage.revision);
    auto const base = trees_.commit(lineage.told.base);
    if (!commit || !base) {
      report_.notices.push_back(bundle.id + ": this clone does not have the commits that it names");
      return;
    }
    auto const tree = trees_.tree_at(*commit);
    auto const base_tree = trees_.tree_at(*base);
    if (!tree || !base_tree) return disagrees("git cannot tell the trees of its commits");
    if (*tree != lineage.tree) return disagrees("its commit has the tree " + *tree + ", not " + lineage.tree);
    hold_paths(lineage.told, *base_tree, *tree);
  }

 private:
  void hold_paths(promote::Told const& told, std::string const& from, std::string const& to) {
    auto const paths = trees_.paths_between(from, to);
    if (!paths) return disagrees("git cannot tell what was changed");
    bool const whole = paths->size() <= static_cast<std::size_t>(promote::kPathsMax);
    if (!whole && told.complete == promote::Complete::no) return;
    if (*paths == told.paths && told.complete == promote::Complete::yes) return;
    disagrees("it tells of " + counted(told.paths.size(), "changed path") + ", and git knows " +
              std::to_string(paths->size()) + ", or others: its risk was judged by those");
  }

  void disagrees(std::string message) {
    add_finding(report_, {.code = std::string(promote::kBundleDisagrees),
                          .message = std::move(message),
                          .where = path_,
                          .hint = "whoever promoted it told the store what the repository does not say"});
  }

  cli::SubjectTrees& trees_;
  GateReport& report_;
  std::string path_;
};

void hold_repository(cli::Surroundings& around, std::string const& root, std::vector<promote::BundleFile> const& files,
                     GateReport& report) {
  if (files.empty()) return;
  auto trees = cli::SubjectTrees::open(around, root);
  if (!trees) {
    report.notices.push_back("what git says of them was not looked at: " + trees.error().message);
    return;
  }
  for (auto const& file : files) {
    // One that cannot be read was named before.
    if (auto const bundle = promote::parse_bundle(file.text)) RepositoryCheck(*trees, report).run(file.path, *bundle);
  }
}

}  // namespace

Result<GateReport> judge_lineage(cli::Surroundings& around, std::string const& root) {
  DECAPOD_TRY(auto const files, bundles_in(around, root));
  auto const key = around.read(root + "/.decapod/operator.pub", kKeyBytes);
  auto report = promote::judge_bundles(files, key ? std::optional(*key) : std::nullopt);
  hold_repository(around, root, files, report);
  return report;
}

}  // namespace decapod::validate
