#pragma once
// How replies read to a person.

#include <decapod/capsule/requests.h>
#include <decapod/cli_kit/text.h>

namespace decapod::capsule {

void print_granted(Granted const& reply, cli::Text& text);
void print_issued(IssueReply const& reply, cli::Text& text);
void print_capsule(ShowReply const& reply, cli::Text& text);
void print_list(ListReply const& reply, cli::Text& text);
void print_verified(VerifyReply const& reply, cli::Text& text);

// --porcelain.
void issued_columns(IssueReply const& reply, cli::Text& text);  // ID, HASH
void capsule_columns(ShowReply const& reply, cli::Text& text);  // PATH, FIRST, LAST, SOURCE of each excerpt
std::string more_listed(ListReply const& reply);
void list_columns(ListReply const& reply, cli::Text& text);        // ID, TASK, SCOPE, TIER, COMMIT, HASH
void verified_columns(VerifyReply const& reply, cli::Text& text);  // SUBJECT, VERDICT, RECORDED, FOUND

}  // namespace decapod::capsule
