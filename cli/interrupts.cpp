#include "interrupts.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace decapod::cli {

Interrupts::Interrupts(std::initializer_list<int> taken, std::initializer_list<int> held) {
  sigset_t set;
  sigemptyset(&set);
  for (int const signal : taken) sigaddset(&set, signal);
  events_ = Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  for (int const signal : held) sigaddset(&set, signal);
  if (events_) pthread_sigmask(SIG_BLOCK, &set, &before_);
}

Interrupts::~Interrupts() {
  if (events_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupts::came() const {
  signalfd_siginfo info{};
  return read(events_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info);
}

}  // namespace decapod::cli
