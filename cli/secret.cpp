#include "secret.h"

#include "files.h"
#include "interrupts.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/wipe.h>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace decapod::cli {
namespace {

// The terminal without echo.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  Silence(Silence const&) = delete;
  Silence& operator=(Silence const&) = delete;
  ~Silence() {
    if (changed_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  bool is_silent() const { return changed_; }

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

void say(int terminal, std::string const& words) {
  auto const written = write(terminal, words.data(), words.size());
  static_cast<void>(written);
}

Error interrupted() {
  auto error = fail(ErrorCode::interrupted, "interrupted at the passphrase");
  error.hint = "nothing was done: repeat the command";
  return error;
}

// nullopt: something can be read, or the terminal is gone.
std::optional<Error> wait_for_key(int terminal, Interrupts const& signals) {
  std::array<pollfd, 2> ready{pollfd{.fd = terminal, .events = POLLIN, .revents = 0},
                              pollfd{.fd = signals.descriptor(), .events = POLLIN, .revents = 0}};
  while (poll(ready.data(), ready.size(), -1) < 0 && errno == EINTR) {
  }
  if (ready[1].revents != 0 && signals.came()) return interrupted();
  return std::nullopt;
}

Result<std::string> typed_line(int terminal, Interrupts const& signals) {
  std::string line;
  // A text that grows leaves copies of itself behind.
  line.reserve(kSecretBytesMost + 1);
  for (char c = 0;;) {
    if (auto end = wait_for_key(terminal, signals)) return *std::move(end);
    auto const got = read(terminal, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    // Ctrl-D on an empty line, or a terminal that is gone.
    if (got != 1 && line.empty()) return interrupted();
    if (got != 1 || c == '\n') return line;
    line += c;
    if (line.size() > kSecretBytesMost) return fail(ErrorCode::too_large, "the passphrase is too long");
  }
}

Result<std::string> ask(int terminal, std::string const& prompt) {
  // A stop waits until the terminal can be heard again.
  Interrupts const signals({SIGINT, SIGQUIT, SIGTERM, SIGHUP}, {SIGTSTP});
  Silence const silence(terminal);
  if (!silence.is_silent() || !signals.are_told()) return fail(ErrorCode::usage, "the terminal cannot be made silent");
  say(terminal, prompt + ": ");
  auto line = typed_line(terminal, signals);
  say(terminal, "\n");
  return line;
}

Result<std::string> from_terminal(Secret const& from) {
  Descriptor const terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) {
    auto error = fail(ErrorCode::usage, "there is no terminal to ask for the passphrase at");
    error.hint = "give --passphrase-file FILE or --passphrase-fd N";
    return error;
  }
  DECAPOD_TRY(auto line, ask(terminal.get(), from.prompt));
  if (from.repeat == Secret::Repeat::no) return line;
  DECAPOD_TRY(auto again, ask(terminal.get(), "again"));
  bool const same = again == line;
  wipe(again);
  if (!same) return fail(ErrorCode::usage, "the two passphrases differ");
  return line;
}

}  // namespace

Result<std::string> read_secret(Secret const& from, SteadyTime deadline) {
  if (from.descriptor < 0) return from_terminal(from);
  return files::read_descriptor(from.descriptor, "descriptor " + std::to_string(from.descriptor), kSecretBytesMost,
                                deadline);
}

std::string first_line(std::string text) {
  text.resize(std::min(text.size(), text.find('\n')));
  return text;
}

}  // namespace decapod::cli
