#pragma once
// Who asks. Every request carries its own: the broker never looks at the environment of whoever happened to start it.

#include <boost/describe.hpp>
#include <string>

namespace decapod {

// Self-reported and recorded as such: a name gives no trust. The boundary of trust is the operating-system user.
struct Caller {
  std::string actor;         // "alice", "claude:1f0c"; never empty
  std::string actor_source;  // how it was found: "--actor", "DECAPOD_AGENT_ID", "CLAUDE_CODE_SESSION_ID", "git", "user"
  std::string session;       // the agent session; without one, unique to this invocation (starts with "once:")
  std::string cwd;           // absolute; for records only
  friend bool operator==(Caller const&, Caller const&) = default;
};
BOOST_DESCRIBE_STRUCT(Caller, (), (actor, actor_source, session, cwd))

}  // namespace decapod
