#pragma once
// .decapod/policy.toml: how a policy is written down to be talked about. It binds nobody until the operator signs it.

#include <decapod/governance/document.h>

#include <string>
#include <string_view>

namespace decapod::governance {

inline constexpr std::string_view kProposalPath = ".decapod/policy.toml";  // in the main worktree

// What decides is said in full: trust, approval and proof of each tier, risk of each zone.
// policy_invalid: no TOML, an unknown or misplaced key, a value of the wrong kind, or what check() refuses; the message
// begins with "line N:" wherever the file itself shows the fault, and names the key (details.line, details.key).
Result<Document> parse_proposal(std::string_view toml);

// A commented proposal that works from the first minute. parse_proposal() accepts it.
std::string_view proposal_template();

}  // namespace decapod::governance
