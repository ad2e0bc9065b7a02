#include "verbs_material.h"

#include "verbs_documents.h"

#include <decapod/capsule/requests.h>

namespace decapod::capsule {
namespace {

using cli::Surroundings;

std::string worktree_of(Surroundings& around) {
  auto const& place = around.place();
  if (!place) return "";
  return place->worktree.empty() ? place->main_worktree : place->worktree;
}

// Those arguments that both requests have.
json::object wish_in(json::object const& arguments) {
  json::object wish;
  for (auto const& field : Grant::fields) {
    if (auto const* value = arguments.if_contains(field.name)) wish.emplace(field.name, *value);
  }
  return wish;
}

std::string text_in(json::object const& arguments, std::string_view name) {
  auto const* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

struct Inputs {
  std::string topic;
  std::int64_t limit = 0;
  std::string policy;
  std::vector<std::string> documents;
};

Result<Material> take_material(Surroundings& around, std::string const& worktree, Revision revision,
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

Revision revision_in(cli::Revision const& found) {
  return {found.commit, found.tree};
}

}  // namespace

Result<void> gather_material(Surroundings& around, json::object& arguments) {
  arguments.erase("material");
  auto const asked = around.call(request_type<Grant>, wish_in(arguments));
  if (!asked) return {};
  Granted granted;
  DECAPOD_CHECK(codec::decode_object(*asked, granted, codec::Unknown::ignore));
  auto const worktree = worktree_of(around);
  DECAPOD_TRY(auto const head, cli::head_revision(around, worktree));
  if (!head) return {};
  DECAPOD_TRY(auto const material, take_material(around, worktree, revision_in(*head),
                                                 {.topic = text_in(arguments, "topic"),
                                                  .limit = granted.limit,
                                                  .policy = granted.policy,
                                                  .documents = granted.documents}));
  arguments["material"] = codec::encode(material);
  return {};
}

Result<void> gather_again(Surroundings& around, json::object& arguments) {
  arguments.erase("found");
  arguments.erase("head");
  auto const shown = around.call(request_type<Show>, {{"id", text_in(arguments, "id")}});
  if (!shown) return {};
  ShowReply reply;
  DECAPOD_CHECK(codec::decode_object(*shown, reply, codec::Unknown::ignore));
  auto const& capsule = reply.capsule;
  auto const worktree = worktree_of(around);
  DECAPOD_TRY(auto const head, cli::head_revision(around, worktree));
  if (head) arguments["head"] = codec::encode(revision_in(*head));
  DECAPOD_TRY(auto const revision, cli::find_revision(around, worktree, capsule.revision.commit));
  if (!revision) return {};
  DECAPOD_TRY(
      auto const found,
      take_material(
          around, worktree, revision_in(*revision),
          {.topic = capsule.topic, .limit = capsule.limit, .policy = capsule.policy, .documents = capsule.documents}));
  arguments["found"] = codec::encode(found);
  return {};
}

}  // namespace decapod::capsule
