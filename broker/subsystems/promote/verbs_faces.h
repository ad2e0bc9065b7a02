#pragma once
// How each reply reads to a person, and what each verb gathers and leaves.

#include <decapod/cli_kit/verb.h>
#include <decapod/promote/queries.h>
#include <decapod/promote/verification.h>

namespace decapod::promote {

void print_checked(CheckReply const& reply, cli::Text& text);
void print_recorded(RecordReply const& reply, cli::Text& text);
inline constexpr auto kRecorded = cli::columns("ID", "DIGEST", "MARKER");
void recorded_columns(RecordReply const& reply, cli::Lines<kRecorded>& lines);
void print_shown(ShowReply const& reply, cli::Text& text);
void print_list(ListReply const& reply, cli::Text& text);
std::string more_listed(ListReply const& reply);
inline constexpr auto kListed = cli::columns("ID", "KIND", "REVISION", "MARKER");
void list_columns(ListReply const& reply, cli::Lines<kListed>& lines);
void print_exported(ExportReply const& reply, cli::Text& text);
void print_sealed(SealReply const& reply, cli::Text& text);
void print_verified(VerifyReply const& reply, cli::Text& text);
inline constexpr auto kPoint = cli::columns("MATTER", "VERDICT", "WHAT", "RECORDED", "FOUND");
void verified_columns(VerifyReply const& reply, cli::Lines<kPoint>& lines);

// What the repository shows of what is to be promoted: everything is computed again. What cannot be had is left out,
// and the handler refuses: only its word counts, and a request id that was used before still gets its stored reply.
Result<void> gather_subject(cli::Surroundings& around, json::object& arguments);
// Runs the proof plans again, before any lock, and looks at files, tree and history.
Result<void> gather_present(cli::Surroundings& around, json::object& arguments);
// Signs the lineage and its record.
Result<void> sign_lineage(cli::Surroundings& around, json::object& arguments);

// .decapod/lineage/ID.json in the worktree. Errors: unsafe_directory: a link stands where the folder belongs; those of
// Surroundings::call and write.
Result<void> write_recorded(cli::Surroundings& around, json::object const& arguments, json::object& reply);
Result<void> write_exported(cli::Surroundings& around, json::object const& arguments, json::object& reply);
// What does not hold any more is a failure of the command: promotion_stale.
Result<void> tell_drift(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::promote
