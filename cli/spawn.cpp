// Starting the broker. Spawned anew, not forked: nothing of SQLite, of the heap or of the caller's descriptors goes
// along.
//
// By vfork(), because the winner has to wait for it: posix_spawn() makes a stack for the child, opens /dev/null three
// times and asks for each of 64 signals, 136 us where this takes 84.

#include <decapod/base/descriptor.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "broker_process.h"

namespace decapod::cli {
namespace {

constexpr int kAboveTargets = 10;

// While it lives, no signal is handled: the child would handle it in its parent's memory.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(NoSignals const&) = delete;
  NoSignals& operator=(NoSignals const&) = delete;
  ~NoSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

struct Inheritance {
  char const* const* argv;
  int lock;
  int listener;
};

// In the parent's memory, which it must not change but for `fault`. What a signal does, the broker settles itself.
void become_broker(Inheritance const& given, int volatile& fault) {
  setsid();
  int const null = open("/dev/null", O_RDWR);
  std::array<std::array<int, 2>, 5> const places = {
      {{null, 0}, {null, 1}, {null, 2}, {given.lock, 3}, {given.listener, 4}}};
  bool placed = null >= 0;
  // A descriptor that is already at its place keeps its mark to be closed, unless it is taken away.
  for (auto const& [from, to] : places) placed = placed && (from == to ? fcntl(to, F_SETFD, 0) : dup2(from, to)) >= 0;
  if (placed && close_range(5, ~0U, 0) == 0 && chdir("/") == 0) {
    std::array<char*, 1> environment{nullptr};
    execve("/proc/self/exe", const_cast<char* const*>(given.argv), environment.data());
  }
  fault = errno;
}

pid_t start(Inheritance const& given, int volatile& fault) {
  NoSignals const quiet;
  pid_t const child = vfork();
  if (child == 0) {
    become_broker(given, fault);
    _exit(127);
  }
  return child;
}

}  // namespace

std::optional<pid_t> spawn_broker(reach::Handover const& handover, int lock, int listener) {
  // Above the targets first: a source may already have the number of a target.
  Descriptor const lock_copy(fcntl(lock, F_DUPFD_CLOEXEC, kAboveTargets));
  Descriptor const listener_copy(fcntl(listener, F_DUPFD_CLOEXEC, kAboveTargets));
  // A broker without them would end at once, and whoever waits for it would elect itself again and again.
  if (!lock_copy || !listener_copy) return std::nullopt;

  auto words = reach::to_arguments(handover);
  words.insert(words.begin(), {"decapod", std::string(kBrokerVerb)});
  std::vector<char const*> argv;
  for (auto const& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  int volatile fault = 0;
  pid_t const child = start({.argv = argv.data(), .lock = lock_copy.get(), .listener = listener_copy.get()}, fault);
  if (child < 0) return std::nullopt;
  if (fault == 0) return child;
  waitpid(child, nullptr, 0);
  return std::nullopt;
}

}  // namespace decapod::cli
