#pragma once
// How the policy reads to a person: the proposal, and what is in force.

#include <decapod/cli_kit/text.h>
#include <decapod/policy/proposal.h>

namespace decapod::policy {

void render_check(CheckReply const& reply, cli::Text& text);
void render_activate(ActivateReply const& reply, cli::Text& text);
void render_show(ShowReply const& reply, cli::Text& text);

}  // namespace decapod::policy
