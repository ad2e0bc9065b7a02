#include "interrupt.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace decapod::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM};

std::atomic<Printed const*> active{nullptr};

void say(int descriptor, std::string const& words) {
  // One attempt, and only where it cannot block: a reader that takes nothing must not keep an interrupted command
  // alive.
  pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (poll(&ready, 1, 0) <= 0) return;
  [[maybe_unused]] auto const size = write(descriptor, words.data(), words.size());
}

extern "C" void end_interrupted(int) {
  if (auto const* words = active.load()) {
    say(1, words->out);
    say(2, words->err);
  }
  _exit(static_cast<int>(ExitStatus::interrupted));
}

void handle(int signal, void (*with)(int)) {
  struct sigaction current {};
  sigaction(signal, nullptr, &current);
  if (current.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = with;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptNotice::InterruptNotice(Printed words) : words_(std::move(words)) {
  active.store(&words_);
  for (auto const signal : kSignals) handle(signal, &end_interrupted);
}

InterruptNotice::~InterruptNotice() {
  for (auto const signal : kSignals) handle(signal, SIG_DFL);
  active.store(nullptr);
}

}  // namespace decapod::cli
