// Starting the broker. Spawned anew, not only forked: nothing of SQLite, of the heap or of the caller's descriptors
// goes along.
//
// The winner waits until its child has let go of all that it inherits: whoever waits for the end of what the winner
// prints, or for a lock that it holds, meets it when the winner ends. It does not wait for the program: its child does
// not become the broker before somebody asks, or for kUnaskedMs. A command has ended by then, and whoever waited for it
// has gone on; what starts at once takes a processor from both. README.md ("What is left behind") has the figures.

#include <decapod/base/descriptor.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "broker_process.h"

namespace decapod::cli {
namespace {

constexpr int kAboveTargets = 10;
constexpr int kLock = 3;
constexpr int kListener = 4;
constexpr int kUnaskedMs = 1;
constexpr int kPatienceMs = 1000;  // with a child that somebody has stopped

// While it lives, no signal is handled: the child would handle it as its parent does. What one does to the broker, the
// broker settles itself.
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

// Open as long as a child has what it inherited.
class Gate {
 public:
  Gate() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    from_ = Descriptor(ends[0]);
    // Not at a place where something else is put.
    to_ = Descriptor(fcntl(ends[1], F_DUPFD_CLOEXEC, kAboveTargets));
    close(ends[1]);
  }
  bool is_made() const { return from_ && to_; }
  void wait_for_child() {
    to_ = Descriptor();
    pollfd end{.fd = from_.get(), .events = POLLIN, .revents = 0};
    poll(&end, 1, kPatienceMs);
  }

 private:
  Descriptor from_;
  Descriptor to_;
};

// Above the places where the broker expects them.
struct Inheritance {
  int lock;
  int listener;
};

// From here on the caller's descriptors are the caller's alone: whoever reads what it prints meets the end of it.
bool keep_only(Inheritance const& given) {
  int const null = open("/dev/null", O_RDWR);
  std::array<std::array<int, 2>, 5> const places = {
      {{null, 0}, {null, 1}, {null, 2}, {given.lock, kLock}, {given.listener, kListener}}};
  bool placed = null >= 0;
  // A descriptor that is already at its place keeps its mark to be closed, unless it is taken away.
  for (auto const& [from, to] : places) placed = placed && (from == to ? fcntl(to, F_SETFD, 0) : dup2(from, to)) >= 0;
  return placed && close_range(kListener + 1, ~0U, 0) == 0 && chdir("/") == 0;
}

void wait_to_be_asked() {
  pollfd listener{.fd = kListener, .events = POLLIN, .revents = 0};
  poll(&listener, 1, kUnaskedMs);
}

// Returns only if it cannot be.
void become_broker(Inheritance const& given, char const* const* argv) {
  setsid();
  if (!keep_only(given)) return;
  wait_to_be_asked();
  std::array<char*, 1> environment{nullptr};
  execve("/proc/self/exe", const_cast<char* const*>(argv), environment.data());
}

}  // namespace

std::optional<pid_t> spawn_broker(reach::Handover const& handover, int lock, int listener,
                                  std::function<void()> const& otherwise) {
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
  Gate gate;
  if (!gate.is_made()) return std::nullopt;
  NoSignals const quiet;
  pid_t const child = fork();
  if (child == 0) {
    become_broker({.lock = lock_copy.get(), .listener = listener_copy.get()}, argv.data());
    otherwise();
    _exit(127);
  }
  if (child < 0) return std::nullopt;
  gate.wait_for_child();
  return child;
}

}  // namespace decapod::cli
