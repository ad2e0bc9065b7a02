#include <decapod/capsule_taking/take.h>

#include "documents.h"

namespace decapod::capsule {

std::string worktree_of(cli::Surroundings& around) {
  auto const& place = around.place();
  if (!place) return "";
  return place->worktree.empty() ? place->main_worktree : place->worktree;
}

Result<Material> take_material(cli::Surroundings& around, std::string const& worktree, Revision revision,
                               Inputs const& inputs) {
  DECAPOD_TRY(auto documents, documents_at(around, worktree, revision, inputs.documents));
  auto selection = select(documents.all, inputs.topic, inputs.limit);
  return Material{.policy = inputs.policy,
                  .revision = std::move(revision),
                  .matched = selection.matched,
                  .excerpts = std::move(selection.excerpts),
                  .left_out = std::move(documents.left_out),
                  .left_out_total = documents.left_out_total};
}

Result<std::optional<Material>> take_again(cli::Surroundings& around, std::string const& worktree,
                                           Capsule const& capsule) {
  DECAPOD_TRY(auto const found, cli::find_revision(around, worktree, capsule.revision.commit));
  if (!found) return std::optional<Material>();
  Inputs const inputs{
      .topic = capsule.topic, .limit = capsule.limit, .policy = capsule.policy, .documents = capsule.documents};
  DECAPOD_TRY(auto material, take_material(around, worktree, {found->commit, found->tree}, inputs));
  return std::optional(std::move(material));
}

}  // namespace decapod::capsule
