#pragma once
// The faces of `broker snapshot` and `broker restore`.

#include <decapod/cli_kit/verb.h>
#include <decapod/inspect/requests.h>

namespace decapod::inspect {

void render_snapshot(SnapshotReply const& reply, cli::Text& text);
inline constexpr auto kSnapshot = cli::columns("FILE", "SHA256");
void snapshot_columns(SnapshotReply const& reply, cli::Lines<kSnapshot>& lines);
void render_restore(RestoreReply const& reply, cli::Text& text);

// Whoever opens the file may work in another directory.
Result<void> make_file_absolute(cli::Surroundings& around, json::object& arguments);

}  // namespace decapod::inspect
