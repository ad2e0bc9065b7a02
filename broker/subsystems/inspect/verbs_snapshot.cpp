#include "verbs_snapshot.h"

#include <decapod/base/counted.h>
#include <decapod/base/shell_words.h>
#include <decapod/base/tracked_paths.h>

namespace decapod::inspect {
namespace {

// Without the dots in front, which the working directory answers: it is a path without links. Dots further in may stand
// behind a link, so the system alone knows where they lead.
std::string seen_from(std::string directory, std::string_view path) {
  for (;;) {
    if (path.starts_with("./")) {
      path.remove_prefix(2);
    } else if (path.starts_with("../")) {
      path.remove_prefix(3);
      if (auto const last = directory.rfind('/'); last != std::string::npos) directory.erase(last);
    } else {
      return directory + '/' + std::string(path);
    }
    while (path.starts_with('/')) path.remove_prefix(1);
  }
}

}  // namespace

void render_snapshot(SnapshotReply const& reply, cli::Text& text) {
  text.line("wrote " + counted(reply.commit_seq, "mutation") + " to " + cli::printable(reply.file));
  text.field("bytes", std::to_string(reply.bytes));
  text.field("sha256", reply.sha256);
}

void snapshot_columns(SnapshotReply const& reply, cli::Lines<kSnapshot>& lines) {
  lines.add(reply.file, reply.sha256);
}

void render_restore(RestoreReply const& reply, cli::Text& text) {
  bool const imagined = text.page().effect == cli::Effect::imagined;
  std::size_t const width = imagined ? 13 : 8;
  text.line((imagined ? "would restore " : "restored ") + counted(reply.restored_to, "mutation") + "; the store " +
            (imagined ? "would be" : "is now") + " generation " + std::to_string(reply.generation));
  text.field("snapshot", reply.snapshot, width);
  if (reply.old) {
    if (!reply.old->store_uuid.empty()) text.field("before", counted(reply.old->commit_seq, "mutation"), width);
    if (!reply.old->kept.empty())
      text.field(imagined ? "would be kept" : "kept", cli::printable(reply.old->kept), width);
  }
  if (imagined) return;
  for (auto const& pin : reply.refused_pins) {
    bool const own = pin == std::string(kPinFolder) + '/' + reply.store_uuid + ".txt";
    text.line(cli::printable(pin) + " pins what is gone: " +
              (own ? "decapod broker checkpoint --pin --force" : "rm " + cli::printable(shell_word(pin))));
  }
  if (reply.old && !reply.old->kept.empty()) {
    text.line("what was kept may go once the store is found good: rm -r " +
              cli::printable(shell_word(reply.old->kept)));
  }
}

Result<void> make_file_absolute(cli::Surroundings& around, json::object& arguments) {
  auto* const file = arguments.if_contains("file");
  if (file == nullptr || !file->is_string() || file->get_string().starts_with('/')) return {};
  *file = seen_from(around.cwd(), std::string_view(file->get_string()));
  return {};
}

}  // namespace decapod::inspect
