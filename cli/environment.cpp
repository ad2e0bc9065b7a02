#include "environment.h"

#include "identity.h"

namespace decapod::cli {

std::vector<VariableRow> const& variable_rows() {
  static std::vector<VariableRow> const rows = {
      {{"DECAPOD_AGENT_ID", "DECAPOD_SESSION_ID"}, "who acts, and in which session"},
      {{"DECAPOD_ACTOR"}, "who acts, where `DECAPOD_AGENT_ID` does not say"},
      {{"DECAPOD_TRUST_TOKEN_FILE"}, "the file with a token that the operator signed: more trust than a name gives"},
      {{"DECAPOD_REQUEST_ID"}, "the request id of a write"},
      {{"DECAPOD_TIMEOUT_MS"}, "patience; otherwise 5000 for reads, 30000 for writes, 120000 for heavy work"},
      {{"DECAPOD_FORMAT"}, "`json` or `text`"},
      {{"DECAPOD_ROOT"}, "the store in another place"},
      {{"DECAPOD_BROKER_IDLE_MS"}, "how long a broker stays idle (1000); 0 leaves nothing behind"},
      {{"DECAPOD_BROKER_TENURE_MS"}, "how long a broker leads at most"},
      {{"DECAPOD_BROKER_LOG_BYTES"}, "how large `broker.log` may grow"},
      {{kNoBroker}, "no broker at all: every write is refused, since only the broker makes one"},
      {session_variables(), "the session of an agent, found by itself: actor and session"},
      {mark_variables(),
       "an agent that says what it is, and no session; `1` or `true` in the last two is some `agent`"},
      {{"GIT_AUTHOR_NAME", "USER", "LOGNAME"}, "who acts, where nothing above says it"},
      {{"XDG_DATA_HOME", "HOME"}, "where `--store user` is"},
      {{"XDG_CONFIG_HOME"}, "where the operator's key and git's `user.name` are looked for; `~/.config` otherwise"},
      {{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"}, "colours"},
  };
  return rows;
}

std::string instead_of_no_broker() {
  return "unset " + std::string(kNoBroker) + "; DECAPOD_BROKER_IDLE_MS=0 leaves no process behind";
}

Error bad_variable(std::string_view name, std::string_view why) {
  auto error = fail(ErrorCode::usage, std::string(name) + ' ' + std::string(why), {{"variable", name}});
  error.hint = "`decapod help environment` says what each variable takes";
  return error;
}

}  // namespace decapod::cli
