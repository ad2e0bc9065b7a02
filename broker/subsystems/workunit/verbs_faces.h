#pragma once
// How each reply reads to a person, and what each verb gathers.

#include <decapod/cli_kit/verb.h>
#include <decapod/workunit/proofs.h>
#include <decapod/workunit/queries.h>

namespace decapod::workunit {

void print_unit(UnitReply const& reply, cli::Text& text);
inline constexpr auto kUnit = cli::columns("ID", "STATE");
void unit_columns(UnitReply const& reply, cli::Lines<kUnit>& lines);
void print_verified(VerifyReply const& reply, cli::Text& text);
void print_proof(ProofReply const& reply, cli::Text& text);
inline constexpr auto kProof = cli::columns("PROOF", "OUTCOME", "MARKER");
void proof_columns(ProofReply const& reply, cli::Lines<kProof>& lines);
void print_shown(ShowReply const& reply, cli::Text& text);
void shown_columns(ShowReply const& reply, cli::Lines<kUnit>& lines);
void print_status(StatusReply const& reply, cli::Text& text);
void status_columns(StatusReply const& reply, cli::Lines<kUnit>& lines);
void print_list(ListReply const& reply, cli::Text& text);
std::string more_listed(ListReply const& reply);
void list_columns(ListReply const& reply, cli::Lines<kUnit>& lines);
void print_export(ExportReply const& reply, cli::Text& text);
inline constexpr auto kExport = cli::columns("FILE", "SUM");
void export_columns(ExportReply const& reply, cli::Lines<kExport>& lines);
void print_considered(ConsiderReply const& reply, cli::Text& text);

// The commit that is checked out.
Result<void> gather_base(cli::Surroundings& around, json::object& arguments);
// Hashes of the named files at HEAD. not_found: one is not committed there.
Result<void> gather_files(cli::Surroundings& around, json::object& arguments);
// The tree that is there now.
Result<void> gather_here(cli::Surroundings& around, json::object& arguments);
// The same, and what differs from the tree where the work began.
Result<void> gather_work(cli::Surroundings& around, json::object& arguments);
// As gather_work, where that can be told.
Result<void> gather_work_if_any(cli::Surroundings& around, json::object& arguments);

// Asks whether a proof would be taken, then runs the command; a dry run runs nothing.
Result<void> gather_proof(cli::Surroundings& around, json::object& arguments);
// Runs the command again in a checkout of its own, and signs what came of it.
Result<void> gather_reproduction(cli::Surroundings& around, json::object& arguments);
// A failed proof is a failure of the command, recorded or not. proof_failed.
Result<void> tell_failure(cli::Surroundings& around, json::object const& arguments, json::object& reply);

// Writes the document. Errors: as Surroundings::write; unsafe_directory: a link stands where the folder should be.
Result<void> write_document(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::workunit
