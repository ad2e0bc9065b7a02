#include "verbs_snapshot.h"

namespace decapod::inspect {

void render_snapshot(SnapshotReply const& reply, cli::Text& text) {
  text.line("wrote " + std::to_string(reply.commit_seq) + " mutations to " + cli::printable(reply.file));
  text.field("bytes", std::to_string(reply.bytes));
  text.field("sha256", reply.sha256);
}

void render_restore(RestoreReply const& reply, cli::Text& text) {
  text.line("restored " + std::to_string(reply.restored_to) + " mutations; the store is now generation " +
            std::to_string(reply.generation));
  text.field("snapshot", reply.snapshot);
  if (!reply.old) return;
  if (!reply.old->store_uuid.empty()) text.field("before", std::to_string(reply.old->commit_seq) + " mutations");
  if (!reply.old->kept.empty()) text.field("kept", cli::printable(reply.old->kept));
}

Result<void> make_file_absolute(cli::Surroundings& around, json::object& arguments) {
  auto* const file = arguments.if_contains("file");
  if (file == nullptr || !file->is_string() || file->get_string().starts_with('/')) return {};
  *file = around.cwd() + '/' + std::string(file->get_string());
  return {};
}

}  // namespace decapod::inspect
