#include "identity.h"

#include "git_config.h"

#include <decapod/base/utf8.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/cli_kit/text.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace decapod::cli {
namespace {

constexpr std::size_t kNameBytes = 128;
constexpr std::size_t kShortSession = 8;

// How an agent's shell names the session. `actor` + ':' + the first characters of the session is who acts.
struct AgentVariable {
  std::string_view variable;
  std::string_view actor;
};
constexpr std::array kSessions = {AgentVariable{"CLAUDE_CODE_SESSION_ID", "claude"},
                                  AgentVariable{"CODEX_SESSION_ID", "codex"}, AgentVariable{"CODEX_THREAD_ID", "codex"},
                                  AgentVariable{"AMP_CURRENT_THREAD_ID", "amp"}};
// Agents that say what they are, but not which of their sessions this is.
constexpr std::array kMarks = {
    AgentVariable{"GEMINI_CLI", "gemini"}, AgentVariable{"CURSOR_AGENT", "cursor"},
    AgentVariable{"OPENCODE", "opencode"}, AgentVariable{"COPILOT_CLI", "copilot"},
    AgentVariable{"CLAUDECODE", "claude"},
};

// Their value is the name. Some agents only set a mark there: somebody acts who is no person, and does not say who.
constexpr std::array<std::string_view, 2> kNames = {"AI_AGENT", "AGENT"};
constexpr std::string_view kNameless = "agent";

enum class Mark : std::uint8_t { none, yes, no };

// Whether a value is a mark, and no name.
Mark mark_in(std::string_view value) {
  std::string word(value);
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (auto const yes : {"1", "true", "yes", "on"}) {
    if (word == yes) return Mark::yes;
  }
  for (auto const no : {"0", "false", "no", "off"}) {
    if (word == no) return Mark::no;
  }
  return Mark::none;
}

std::string_view trimmed(std::string_view name) {
  auto const first = name.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return name.substr(first, name.find_last_not_of(" \t\r\n") - first + 1);
}

struct Named {
  std::string name;
  std::string source;
};

std::optional<Named> from_variable(Invocation const& invocation, std::string_view variable) {
  auto const value = invocation.variable(variable);
  if (!value) return std::nullopt;
  auto name = tidy_name(*value);
  if (name.empty()) return std::nullopt;
  return Named{std::move(name), std::string(variable)};
}

std::optional<Named> agent_session(Invocation const& invocation) {
  for (auto const& agent : kSessions) {
    if (auto found = from_variable(invocation, agent.variable)) {
      found->name = std::string(agent.actor) + ':' + found->name;
      return found;
    }
  }
  return std::nullopt;
}

std::optional<Named> agent_actor(Invocation const& invocation) {
  if (auto found = agent_session(invocation)) {
    found->name = utf8_prefix(found->name, found->name.find(':') + 1 + kShortSession);
    return found;
  }
  for (auto const& mark : kMarks) {
    auto const value = invocation.variable(mark.variable);
    if (value && mark_in(*value) != Mark::no) return Named{std::string(mark.actor), std::string(mark.variable)};
  }
  for (auto const variable : kNames) {
    auto found = from_variable(invocation, variable);
    if (!found || mark_in(found->name) == Mark::no) continue;
    if (mark_in(found->name) == Mark::yes) found->name = kNameless;
    return found;
  }
  return std::nullopt;
}

// A worktree's own configuration counts where the repository says so, and goes before what all worktrees share.
std::optional<std::string> repository_user(GitDirectories const& git) {
  auto const shared = git.common.empty() ? std::nullopt : small_file(git.common + "/config");
  if (!shared) return std::nullopt;
  if (git_setting(*shared, "extensions", "worktreeconfig") == "true") {
    if (auto name = git_setting_in(git.own + "/config.worktree", "user", "name")) return name;
  }
  return git_setting(*shared, "user", "name");
}

std::optional<std::string> git_user(Invocation const& invocation, GitDirectories const& git) {
  if (auto name = invocation.variable("GIT_AUTHOR_NAME")) return name;
  if (auto name = repository_user(git)) return name;
  auto const home = invocation.variable("HOME");
  if (home) {
    if (auto name = git_setting_in(*home + "/.gitconfig", "user", "name")) return name;
  }
  auto const xdg = invocation.variable("XDG_CONFIG_HOME");
  if (!xdg && !home) return std::nullopt;
  return git_setting_in(xdg ? *xdg + "/git/config" : *home + "/.config/git/config", "user", "name");
}

Named find_actor(Invocation const& invocation, Claimed const& claimed, GitDirectories const& git) {
  if (claimed.actor) {
    if (auto name = tidy_name(*claimed.actor); !name.empty()) return {std::move(name), "--actor"};
  }
  for (auto const variable : {"DECAPOD_AGENT_ID", "DECAPOD_ACTOR"}) {
    if (auto found = from_variable(invocation, variable)) return *found;
  }
  if (auto found = agent_actor(invocation)) return *found;
  if (auto const user = git_user(invocation, git)) {
    if (auto name = tidy_name(*user); !name.empty()) return {std::move(name), "git"};
  }
  for (auto const variable : {"USER", "LOGNAME"}) {
    if (auto found = from_variable(invocation, variable)) return {found->name, "user"};
  }
  return {"uid:" + std::to_string(invocation.uid), "user"};
}

std::string find_session(Invocation const& invocation, Claimed const& claimed, std::string const& request_id) {
  if (claimed.session) {
    if (auto name = tidy_name(*claimed.session); !name.empty()) return name;
  }
  if (auto const found = from_variable(invocation, "DECAPOD_SESSION_ID")) return found->name;
  if (auto const found = agent_session(invocation)) return found->name;
  return std::string(kSessionOfOneCommand) + request_id;
}

}  // namespace

std::vector<std::string_view> session_variables() {
  std::vector<std::string_view> names;
  for (auto const& agent : kSessions) names.push_back(agent.variable);
  return names;
}

std::vector<std::string_view> mark_variables() {
  std::vector<std::string_view> names;
  for (auto const& mark : kMarks) names.push_back(mark.variable);
  names.insert(names.end(), kNames.begin(), kNames.end());
  return names;
}

Result<void> check_name(std::optional<std::string> const& name, std::string_view source, ErrorCode code) {
  // Nothing but blanks counts as not given.
  if (!name || tidy_name(*name).empty()) return {};
  if (trimmed(*name).starts_with('-')) {
    auto error = fail(code, std::string(source) + " is no name: '" + tidy_name(*name) + "' looks like an option");
    error.hint = "a name does not begin with -";
    return error;
  }
  if (tidy_name(*name) == trimmed(*name)) return {};
  auto error =
      fail(code, std::string(source) + " is no name that can be recorded as it is: '" + tidy_name(*name) + "'");
  error.hint = "at most " + std::to_string(kNameBytes) + " bytes of UTF-8, without control characters";
  return error;
}

Result<void> check_names(Invocation const& invocation, Claimed const& claimed) {
  auto const check = [](std::optional<std::string> const& name, std::string_view source) {
    return check_name(name, source, ErrorCode::usage);
  };
  DECAPOD_CHECK(check(claimed.actor, "--actor"));
  DECAPOD_CHECK(check(claimed.session, "--session"));
  for (auto const variable : {"DECAPOD_AGENT_ID", "DECAPOD_ACTOR", "DECAPOD_SESSION_ID"}) {
    auto checked = check(invocation.variable(variable), variable);
    if (checked) continue;
    auto error = std::move(checked).error();
    error.hint += "; `decapod help environment` says what each variable is for";
    return error;
  }
  return {};
}

std::string tidy_name(std::string_view name) {
  auto tidy = printable(well_formed(trimmed(name)));
  return std::string(utf8_prefix(tidy, kNameBytes));
}

Caller identify(Invocation const& invocation, Claimed const& claimed, GitDirectories const& git,
                std::string const& request_id) {
  auto actor = find_actor(invocation, claimed, git);
  return {.actor = std::move(actor.name),
          .actor_source = std::move(actor.source),
          .session = find_session(invocation, claimed, request_id),
          .cwd = well_formed(invocation.cwd)};
}

}  // namespace decapod::cli
