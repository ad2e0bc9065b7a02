#include "verbs_material.h"

#include <decapod/capsule/requests.h>
#include <decapod/capsule_taking/take.h>
#include <decapod/cli_kit/arguments.h>

namespace decapod::capsule {
namespace {

using cli::Surroundings;

// Those arguments that both requests have.
json::object wish_in(json::object const& arguments) {
  json::object wish;
  for (auto const& field : Grant::fields) {
    if (auto const* value = arguments.if_contains(field.name)) wish.emplace(field.name, *value);
  }
  return wish;
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
                                                 {.topic = cli::text_argument(arguments, "topic"),
                                                  .limit = granted.limit,
                                                  .policy = granted.policy,
                                                  .documents = granted.documents}));
  arguments["material"] = codec::encode(material);
  return {};
}

Result<void> gather_again(Surroundings& around, json::object& arguments) {
  arguments.erase("found");
  arguments.erase("head");
  auto const shown = around.call(request_type<Show>, {{"id", cli::text_argument(arguments, "id")}});
  if (!shown) return {};
  ShowReply reply;
  DECAPOD_CHECK(codec::decode_object(*shown, reply, codec::Unknown::ignore));
  auto const& capsule = reply.capsule;
  auto const worktree = worktree_of(around);
  DECAPOD_TRY(auto const head, cli::head_revision(around, worktree));
  if (head) arguments["head"] = codec::encode(revision_in(*head));
  DECAPOD_TRY(auto const found, take_again(around, worktree, capsule));
  if (found) arguments["found"] = codec::encode(*found);
  return {};
}

}  // namespace decapod::capsule
