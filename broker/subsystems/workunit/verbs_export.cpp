#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/record_file.h>
#include <decapod/workunit_document/spelling.h>

#include "verbs_faces.h"

namespace decapod::workunit {
Result<void> write_document(cli::Surroundings& around, json::object const& arguments, json::object& reply) {
  if (arguments.at("print").as_bool()) return {};
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->worktree.empty()) {
    auto error = fail(ErrorCode::usage, "this is no git repository, so there is no place for the file");
    error.hint = "`--print` writes none";
    return error;
  }
  DECAPOD_TRY(auto const file, cli::write_record(around,
                                                 {.worktree = place->worktree,
                                                  .folder = kUnitFolder,
                                                  .name = cli::text_argument(reply, "id"),
                                                  .again = "export the work unit again"},
                                                 file_text(reply.at("document").as_object())));
  reply["file"] = place->worktree + '/' + file;
  return {};
}

}  // namespace decapod::workunit
