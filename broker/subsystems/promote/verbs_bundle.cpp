#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/record_file.h>
#include <decapod/governance/statements.h>
#include <decapod/policy_key/key_file.h>
#include <decapod/promote_lineage/bundle.h>

#include "verbs_faces.h"

namespace decapod::promote {
namespace {

using cli::Surroundings;

Result<Bundle> exported(Surroundings& around, std::string const& id) {
  DECAPOD_TRY(auto const answer, around.call(request_type<Export>, {{"id", id}, {"print", true}}));
  DECAPOD_TRY(auto const reply, cli::decoded<ExportReply>(answer));
  return codec::decode<Bundle>(json::value(reply.bundle), codec::Unknown::refuse);
}

Result<std::string> write(Surroundings& around, Bundle const& bundle) {
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->worktree.empty()) {
    auto error = fail(ErrorCode::usage, "this is no git repository, so there is no place for the file");
    error.hint = "`--print` writes none";
    return error;
  }
  // It becomes a part of a path.
  if (!is_id(bundle.id)) return fail(ErrorCode::internal, "the broker named a promotion '" + bundle.id + '\'');
  return cli::write_record(around,
                           {.worktree = place->worktree,
                            .folder = kLineageFolder,
                            .name = bundle.id,
                            .again = "`decapod promote export` writes the bundle again"},
                           bundle_text(bundle));
}

}  // namespace

Result<void> write_recorded(Surroundings& around, json::object const& /*arguments*/, json::object& reply) {
  // Nothing to be committed before the seal: it would count for nothing, and the gate says so.
  if (cli::text_argument(reply, "seal") == to_text(governance::SealNeed::required)) return {};
  DECAPOD_TRY(auto const bundle, exported(around, cli::text_argument(reply, "id")));
  DECAPOD_TRY(auto const file, write(around, bundle));
  reply["file"] = file;
  return {};
}

Result<void> write_exported(Surroundings& around, json::object const& arguments, json::object& reply) {
  if (arguments.at("print").as_bool()) return {};
  DECAPOD_TRY(auto const bundle, codec::decode<Bundle>(reply.at("bundle"), codec::Unknown::refuse));
  if (awaits_seal(bundle)) {
    return fail(ErrorCode::promotion_unsealed,
                "the policy asks for the operator's seal on " + bundle.id + ", and it has none", {{"id", bundle.id}});
  }
  DECAPOD_TRY(auto const file, write(around, bundle));
  reply["file"] = file;
  return {};
}

Result<void> sign_lineage(Surroundings& around, json::object& arguments) {
  auto const source = policy::take_key_source(arguments);
  DECAPOD_TRY(auto const bundle, exported(around, cli::text_argument(arguments, "id")));
  governance::LineageSeal const body{.promotion = bundle.id, .digest = bundle.digest, .record = bundle.record.hash};
  DECAPOD_TRY(auto const key, policy::open_key_file(around, source));
  auto const statement = governance::sign(key, governance::StatementKind::lineage, bundle.lineage.store,
                                          around.clock().now().wall, codec::encode(body).as_object());
  arguments["statement"] = codec::encode(statement);
  return {};
}

}  // namespace decapod::promote
