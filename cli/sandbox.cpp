#include "sandbox.h"

#include <decapod/base/json.h>

#include <fmt/core.h>

namespace decapod::cli {
namespace {

constexpr char kClaudeFile[] = "in .claude/settings.local.json: ";
constexpr char kCodexFile[] = "in ~/.codex/config.toml: ";

std::string quoted(std::string const& text) {
  return to_text(json::value(text));
}

}  // namespace

Sandbox sandbox_of(Invocation const& invocation) {
  if (invocation.variable("CODEX_SANDBOX") || invocation.variable("CODEX_SANDBOX_NETWORK_DISABLED")) {
    return Sandbox::codex;
  }
  return invocation.variable("SANDBOX_RUNTIME") ? Sandbox::claude : Sandbox::none;
}

std::string setting_to_write(Sandbox sandbox, std::string const& directory) {
  switch (sandbox) {
    case Sandbox::codex:
      return fmt::format("{}[sandbox_workspace_write] writable_roots = [{}]", kCodexFile, quoted(directory));
    case Sandbox::claude:
      return fmt::format(R"({}{{"sandbox":{{"filesystem":{{"allowWrite":[{}]}}}}}})", kClaudeFile, quoted(directory));
    case Sandbox::none:
      return "";
  }
  return "";
}

std::string setting_for_sockets(Sandbox sandbox, std::string const& socket) {
  switch (sandbox) {
    case Sandbox::codex:
      return std::string(kCodexFile) + "[sandbox_workspace_write] network_access = true (opens the network as well)";
    case Sandbox::claude:
      return fmt::format(R"({}{{"sandbox":{{"network":{{"allowUnixSockets":[{}]}}}}}})", kClaudeFile, quoted(socket));
    case Sandbox::none:
      return "";
  }
  return "";
}

}  // namespace decapod::cli
