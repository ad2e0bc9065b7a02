#pragma once
// The proposal in the tree, as the verbs read and write it.

#include <decapod/cli_kit/verb.h>
#include <decapod/governance/document.h>

#include <string>

namespace decapod::policy {

struct ReadProposal {
  std::string file;
  std::string text;
  governance::Document document;
};
// `file`: "" for .decapod/policy.toml of the worktree that the command runs in. input_unreadable, policy_invalid,
// store_not_found (no repository).
Result<ReadProposal> read_proposal(cli::Surroundings& around, std::string const& file);

Result<json::object> write_template(cli::Surroundings& around, json::object const& arguments);
Result<json::object> check_proposal(cli::Surroundings& around, json::object const& arguments);
// Names the file that was put in force.
Result<void> name_proposal(cli::Surroundings& around, json::object const& arguments, json::object& reply);
// For `policy show`: its text, if there is one.
Result<void> gather_proposal(cli::Surroundings& around, json::object& arguments);

}  // namespace decapod::policy
