#include <decapod/governance/statements.h>
#include <decapod/policy_key/key_file.h>
#include <decapod/promote_lineage/bundle.h>

#include <sys/stat.h>

#include <filesystem>

#include "verbs_arguments.h"
#include "verbs_faces.h"

namespace decapod::promote {
namespace {

using cli::Surroundings;

Result<Bundle> exported(Surroundings& around, std::string const& id) {
  DECAPOD_TRY(auto const answer, around.call(request_type<Export>, {{"id", id}, {"print", true}}));
  DECAPOD_TRY(auto const reply, decoded<ExportReply>(answer));
  return codec::decode<Bundle>(json::value(reply.bundle), codec::Unknown::refuse);
}

// A folder of its own in the worktree, and not a way to another place.
Result<void> make_folder(std::string const& worktree) {
  std::string path = worktree;
  for (auto const& part : std::filesystem::path(kBundleFolder)) {
    path += '/' + part.string();
    std::error_code none;
    std::filesystem::create_directory(path, none);
    struct stat facts {};
    if (lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) continue;
    auto error = fail(ErrorCode::unsafe_directory, path + " is no directory", {{"path", path}});
    error.hint = "make room for the lineage bundles there";
    return error;
  }
  return {};
}

// The rename would take the link's place; whoever put it there meant something else.
Result<void> check_no_link(std::string const& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return {};
  auto error =
      fail(ErrorCode::refused, path + " is a link: nothing is written through it, or over it", {{"path", path}});
  error.hint = "remove the link; `decapod promote export` writes the bundle again";
  return error;
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
  DECAPOD_CHECK(make_folder(place->worktree));
  auto const file = std::string(kBundleFolder) + '/' + bundle.id + ".json";
  DECAPOD_CHECK(check_no_link(place->worktree + '/' + file));
  DECAPOD_CHECK(around.write(place->worktree + '/' + file, bundle_text(bundle)));
  return file;
}

}  // namespace

Result<void> write_recorded(Surroundings& around, json::object const& /*arguments*/, json::object& reply) {
  // Nothing to be committed before the seal: it would count for nothing, and the gate says so.
  if (text_argument(reply, "seal") == to_text(governance::SealNeed::required)) return {};
  DECAPOD_TRY(auto const bundle, exported(around, text_argument(reply, "id")));
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
  DECAPOD_TRY(auto const bundle, exported(around, text_argument(arguments, "id")));
  governance::LineageSeal const body{.promotion = bundle.id, .digest = bundle.digest, .record = bundle.record.hash};
  DECAPOD_TRY(auto const key, policy::open_key_file(around, source));
  auto const statement = governance::sign(key, governance::StatementKind::lineage, bundle.lineage.store,
                                          around.clock().now().wall, codec::encode(body).as_object());
  arguments["statement"] = codec::encode(statement);
  return {};
}

}  // namespace decapod::promote
