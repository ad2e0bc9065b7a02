#pragma once
// Who runs this command, as far as it can be told. Self-reported: a name gives no trust.

#include "invocation.h"

#include <decapod/base/result.h>
#include <decapod/cli_kit/surroundings.h>
#include <optional>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// What the command line said about it.
struct Claimed {
  std::optional<std::string> actor;
  std::optional<std::string> session;
};

// actor:   --actor, DECAPOD_AGENT_ID, DECAPOD_ACTOR, the agent session in the environment, git's user.name, USER, uid.
// session: --session, DECAPOD_SESSION_ID, the agent session in the environment, else "once:<request_id>".
// `git` are those of the repository the command runs in, whose user.name goes before the one at home; no process is
// started.
Caller identify(Invocation const& invocation, Claimed const& claimed, GitDirectories const& git,
                std::string const& request_id);

// The variables that are looked at: those that name an agent's session, and those that only tell which agent it is.
std::vector<std::string_view> session_variables();
std::vector<std::string_view> mark_variables();

// usage: a name that the command line or DECAPOD_* gives would be recorded as another one (not UTF-8, too long, control
// characters), and so might pass for that of somebody else; or it begins with "-", as an option that was taken for one.
Result<void> check_names(Invocation const& invocation, Claimed const& claimed);

// The same for one name, refused as `code`; `source` is where it was given.
Result<void> check_name(std::optional<std::string> const& name, std::string_view source, ErrorCode code);

// Names are stored and printed: at most 128 bytes, no control characters, no blanks at the ends.
std::string tidy_name(std::string_view name);

}  // namespace decapod::cli
