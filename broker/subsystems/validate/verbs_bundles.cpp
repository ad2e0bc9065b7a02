#include "verbs_bundles.h"

#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/folder_names.h>
#include <decapod/cli_kit/subject_tree.h>
#include <decapod/promote_lineage/bundle.h>

#include "verbs_listing.h"
#include "verbs_repository.h"

namespace decapod::validate {
namespace {

constexpr std::size_t kMostBundles = 1000;
constexpr std::size_t kKeyBytes = 1024;

}  // namespace

Result<std::vector<promote::BundleFile>> read_bundles(cli::Surroundings& around, std::string const& root) {
  std::string const folder(kLineageFolder);
  DECAPOD_TRY(auto const names, cli::names_in(root + '/' + folder, "", kMostBundles));
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

namespace {

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
    if (auto const bundle = promote::parse_bundle(file.text)) {
      RepositoryCheck(around, *trees, report).run(file.path, *bundle);
    }
  }
}

}  // namespace

GateReport judge_lineage(cli::Surroundings& around, std::string const& root,
                         std::vector<promote::BundleFile> const& files) {
  auto const key = around.read(root + '/' + std::string(kPublishedKeyPath), kKeyBytes);
  auto report = promote::judge_bundles(files, key ? std::optional(*key) : std::nullopt);
  hold_repository(around, root, files, report);
  return report;
}

}  // namespace decapod::validate
