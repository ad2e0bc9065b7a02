#pragma once
// The sandboxes that coding agents run their shells in: which one this is, and the setting that opens it.

#include "invocation.h"

#include <string>

namespace decapod::cli {

enum class Sandbox : std::uint8_t { none, codex, claude };

Sandbox sandbox_of(Invocation const& invocation);

// The exact setting that lets the agent write to `directory`; "" outside a sandbox.
std::string setting_to_write(Sandbox sandbox, std::string const& directory);
// The exact setting that lets the agent use Unix sockets; "" outside a sandbox.
std::string setting_for_sockets(Sandbox sandbox, std::string const& socket);

}  // namespace decapod::cli
