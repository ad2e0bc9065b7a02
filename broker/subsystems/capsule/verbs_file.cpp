#include "verbs_file.h"

#include <decapod/base/tracked_paths.h>
#include <decapod/capsule/requests.h>
#include <decapod/capsule_record/canonical.h>
#include <decapod/cli_kit/record_file.h>

namespace decapod::capsule {
namespace {

bool wanted(json::object const& arguments) {
  auto const* write = arguments.if_contains("write");
  return write != nullptr && write->is_bool() && write->get_bool();
}

}  // namespace

Result<void> write_file(cli::Surroundings& around, json::object const& arguments, json::object& reply) {
  if (!wanted(arguments)) return {};
  IssueReply issued;
  DECAPOD_CHECK(codec::decode_object(reply, issued, codec::Unknown::ignore));
  auto const& id = issued.capsule.id;
  // It becomes a part of a path.
  if (!is_id(id)) return fail(ErrorCode::internal, "the broker named a capsule '" + id + '\'');
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->worktree.empty()) return fail(ErrorCode::refused, "there is no worktree to write the capsule to");
  DECAPOD_TRY(auto const shown, around.call(request_type<Show>, {{"id", id}}));
  ShowReply stored;
  DECAPOD_CHECK(codec::decode_object(shown, stored, codec::Unknown::ignore));
  DECAPOD_TRY(auto const file, cli::write_record(around,
                                                 {.worktree = place->worktree,
                                                  .folder = kCapsuleFolder,
                                                  .name = id,
                                                  .again = "issue the capsule again: it is the same one"},
                                                 file_text(stored.capsule)));
  reply["file"] = file;
  return {};
}

}  // namespace decapod::capsule
