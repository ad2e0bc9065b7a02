#pragma once
// How replies read to a person.

#include <decapod/capsule/requests.h>
#include <decapod/cli_kit/columns.h>

namespace decapod::capsule {

void print_granted(Granted const& reply, cli::Text& text);
void print_issued(IssueReply const& reply, cli::Text& text);
void print_capsule(ShowReply const& reply, cli::Text& text);
void print_list(ListReply const& reply, cli::Text& text);
void print_verified(VerifyReply const& reply, cli::Text& text);

// --porcelain: each excerpt of a capsule, each capsule, each check.
inline constexpr auto kExcerpt = cli::columns("PATH", "FIRST", "LAST", "SOURCE");
inline constexpr auto kListed = cli::columns("ID", "TASK", "SCOPE", "TIER", "COMMIT", "HASH");
inline constexpr auto kChecked = cli::columns("SUBJECT", "VERDICT", "RECORDED", "FOUND");
void capsule_columns(ShowReply const& reply, cli::Lines<kExcerpt>& lines);
void list_columns(ListReply const& reply, cli::Lines<kListed>& lines);
void verified_columns(VerifyReply const& reply, cli::Lines<kChecked>& lines);

std::string more_listed(ListReply const& reply);

}  // namespace decapod::capsule
