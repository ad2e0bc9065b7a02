#include "secret.h"

#include "files.h"

#include <decapod/base/descriptor.h>
#include <decapod/cli_kit/own_memory.h>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace decapod::cli {
namespace {

constexpr char kInterrupt = '\x03';  // what Ctrl-C types where it is no signal

// The terminal without echo, and without signals, so that it never stays silent behind a command that was interrupted.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
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

Result<std::string> typed_line(int terminal) {
  std::string line;
  // A text that grows leaves copies of itself behind.
  line.reserve(kSecretBytesMost + 1);
  for (char c = 0;;) {
    auto const got = read(terminal, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got == 1 && c == kInterrupt) return fail(ErrorCode::interrupted, "interrupted at the passphrase");
    if (got != 1 || c == '\n') return line;
    line += c;
    if (line.size() > kSecretBytesMost) return fail(ErrorCode::too_large, "the passphrase is too long");
  }
}

Result<std::string> ask(int terminal, std::string const& prompt) {
  Silence const silence(terminal);
  if (!silence.is_silent()) return fail(ErrorCode::usage, "the terminal cannot be made silent");
  say(terminal, prompt + ": ");
  auto line = typed_line(terminal);
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
  forget(again);
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
