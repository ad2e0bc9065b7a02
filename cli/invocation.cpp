#include "invocation.h"

#include "process_limits.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace decapod::cli {
namespace {

void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is `fd`, because those below it are open by now. Who closed standard input has said
    // nothing, which is not the same as an empty text: what is read there fails. Who closed standard output cannot be
    // answered, and is to hear so if that matters: what is written there fails.
    constexpr std::array kModes{O_WRONLY, O_RDONLY, O_RDWR};
    if (open("/dev/null", kModes[static_cast<std::size_t>(fd)]) < 0) std::_Exit(1);
  }
}

std::string current_directory() {
  std::unique_ptr<char, decltype(&std::free)> const path(getcwd(nullptr, 0), &std::free);
  return path ? path.get() : "";
}

std::size_t columns_of_terminal(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

std::optional<std::string> Invocation::variable(std::string_view name) const {
  auto const length = name.size();
  for (std::string_view const entry : environment) {
    // One character tells nearly all others apart: a command asks for two dozen variables, of dozens that are there.
    if (entry.size() <= length + 1 || entry[length] != '=') continue;
    if (entry.starts_with(name)) return std::string(entry.substr(length + 1));
  }
  return std::nullopt;
}

Invocation read_invocation(int argc, char** argv) {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  survive_file_limit();
  // A parent that ignores SIGCHLD hands that down, and then no child's exit status can be had.
  std::signal(SIGCHLD, SIG_DFL);
  Invocation invocation;
  invocation.arguments.assign(argv + (argc > 0 ? 1 : 0), argv + argc);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    invocation.environment.emplace_back(*entry);
  }
  invocation.cwd = current_directory();
  invocation.uid = geteuid();
  invocation.output = isatty(1) == 1 ? Stream::terminal : Stream::other;
  if (invocation.output == Stream::terminal) invocation.columns = columns_of_terminal(1);
  return invocation;
}

Colour wanted_colour(Invocation const& invocation) {
  if (invocation.variable("NO_COLOR")) return Colour::never;
  auto const forced = invocation.variable("CLICOLOR_FORCE");
  if (forced && *forced != "0") return Colour::ansi;
  if (invocation.variable("CLICOLOR") == "0" || invocation.variable("TERM") == "dumb") return Colour::never;
  return invocation.output == Stream::terminal ? Colour::ansi : Colour::never;
}

}  // namespace decapod::cli
