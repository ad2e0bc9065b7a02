#pragma once
// How each reply reads to a person.

#include <decapod/cli_kit/verb.h>
#include <decapod/todo/claims.h>
#include <decapod/todo/items.h>
#include <decapod/todo/links.h>
#include <decapod/todo/queries.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

void print_added(ItemReply const& reply, cli::Text& text);
void print_edited(EditReply const& reply, cli::Text& text);
void print_commented(CommentReply const& reply, cli::Text& text);
void print_done(DoneReply const& reply, cli::Text& text);
void print_moved(ItemReply const& reply, cli::Text& text);

void print_claimed(ClaimReply const& reply, cli::Text& text);
void print_next(NextReply const& reply, cli::Text& text);
// Says in `note` how to prove the claim later, to a caller without a session.
Result<void> note_missing_session(cli::Surroundings& around, json::object const& arguments, json::object& reply);
// --porcelain: without an agent session the token is what later commands need.
inline constexpr auto kClaimed = cli::columns("ID", "TOKEN", "END");
void claim_columns(ClaimReply const& reply, cli::Lines<kClaimed>& lines);
void next_columns(NextReply const& reply, cli::Lines<kClaimed>& lines);
void print_renewed(RenewReply const& reply, cli::Text& text);
void print_handed_over(HandoffReply const& reply, cli::Text& text);
void print_reclaimed(ReclaimReply const& reply, cli::Text& text);
void print_link(LinkReply const& reply, cli::Text& text);
void print_unlinked(LinkReply const& reply, cli::Text& text);
inline constexpr auto kLink = cli::columns("FROM", "KIND", "TO");
void link_columns(LinkReply const& reply, cli::Lines<kLink>& lines);

// What gets the rest of each list that was cut.
std::string more_reclaimed(ReclaimReply const& reply);
std::string more_listed(ListReply const& reply);
std::string more_ready(ReadyReply const& reply);
std::string more_found(SearchReply const& reply);
std::string more_history(HistoryReply const& reply);
std::string more_exported(ExportReply const& reply);

void print_shown(ShowReply const& reply, cli::Text& text);
void print_list(ListReply const& reply, cli::Text& text);
void print_ready(ReadyReply const& reply, cli::Text& text);
void print_search(SearchReply const& reply, cli::Text& text);
void print_history(HistoryReply const& reply, cli::Text& text);
inline constexpr auto kHistory = cli::columns("TIME", "MARKER", "ACTOR", "OPERATION", "REQUEST");
void history_columns(HistoryReply const& reply, cli::Lines<kHistory>& lines);
void print_stats(StatsReply const& reply, cli::Text& text);

// The lines of an export, each as compact JSON.
void print_export(json::object const& reply, cli::Text& text);
void print_import(ImportReply const& reply, cli::Text& text);
inline constexpr auto kImported =
    cli::columns("READ", "ADDED", "UPDATED", "UNCHANGED", "SKIPPED", "LINKS_DROPPED", "NOT_MAPPED");
void import_columns(ImportReply const& reply, cli::Lines<kImported>& lines);
// Reads and parses the file.
Result<void> gather_import(cli::Surroundings& around, json::object& arguments);

}  // namespace decapod::todo
