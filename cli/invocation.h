#pragma once
// What a command was started with, read once. The only place that looks at the process's environment.

#include <decapod/base/caller.h>
#include <decapod/cli_kit/text.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

enum class Stream : std::uint8_t { terminal, other };

struct Invocation {
  std::vector<std::string> arguments;    // without the program's name
  std::vector<std::string> environment;  // "NAME=value", as the kernel gave it
  std::string cwd;                       // absolute; "" if the directory is gone
  std::uint32_t uid = 0;                 // effective
  Stream output = Stream::other;         // what standard output is
  std::size_t columns = 0;               // of that terminal; 0 if it is none, or does not say

  // nullopt when unset or empty.
  std::optional<std::string> variable(std::string_view name) const;
};

// Opens descriptors 0 to 2 if they are closed, so that no file of ours ever becomes somebody's standard output, and
// ignores SIGPIPE. Called once, first thing in main.
Invocation read_invocation(int argc, char** argv);

// Colours only for a person: NO_COLOR, CLICOLOR=0, TERM=dumb and a redirected output turn them off, CLICOLOR_FORCE on.
Colour wanted_colour(Invocation const& invocation);

}  // namespace decapod::cli
