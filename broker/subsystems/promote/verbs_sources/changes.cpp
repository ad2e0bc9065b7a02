#include <decapod/promote_sources/changes.h>

namespace decapod::promote {

void add_paths(cli::SubjectTrees& trees, std::string const& commit, std::string const& tree, Told& told) {
  told.paths.clear();
  told.complete = Complete::no;
  auto const base = told.base.empty() ? Result<std::string>(std::string()) : trees.tree_at(told.base);
  if (!base || base->empty()) return;
  auto const paths = trees.changes_between({*base, told.base}, {tree, commit});
  if (!paths) return;
  for (auto const& path : *paths) {
    if (cli::can_be_told(path) && told.paths.size() < static_cast<std::size_t>(kPathsMax)) told.paths.push_back(path);
  }
  if (told.paths.size() == paths->size()) told.complete = Complete::yes;
}

}  // namespace decapod::promote
