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
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "broker_process.h"

namespace decapod::cli {
namespace {

using Awaited = reach::Machine::Awaited;
using Started = reach::Machine::Started;

constexpr int kAboveTargets = 10;
constexpr char kProgram[] = "/proc/self/exe";
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

// Open as long as a child has what it inherited, or until its program has begun: whichever is awaited.
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

  // The child's.
  int number() const { return to_.get(); }
  void open() { to_ = Descriptor(); }
  void refuse() {
    if (to_) static_cast<void>(write(to_.get(), "n", 1) == 1);
  }

  // The parent's. no: the child has refused. A child that somebody has stopped may do either later.
  Started pass() {
    to_ = Descriptor();
    pollfd end{.fd = from_.get(), .events = POLLIN, .revents = 0};
    char refused = 0;
    return poll(&end, 1, kPatienceMs) == 1 && read(from_.get(), &refused, 1) == 1 ? Started::no : Started::yes;
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

// From here on the caller's descriptors and directory are the caller's alone: whoever reads what it prints meets the
// end of it. But for the gate, which whoever is told by it must find behind everything else.
bool keep_only(Inheritance const& given, int gate) {
  int const null = chdir("/") == 0 ? open("/dev/null", O_RDWR) : -1;
  std::array<std::array<int, 2>, 5> const places = {
      {{null, 0}, {null, 1}, {null, 2}, {given.lock, kLockDescriptor}, {given.listener, kListenerDescriptor}}};
  bool placed = null >= 0;
  // A descriptor that is already at its place keeps its mark to be closed, unless it is taken away.
  for (auto const& [from, to] : places) placed = placed && (from == to ? fcntl(to, F_SETFD, 0) : dup2(from, to)) >= 0;
  auto const number = static_cast<unsigned>(gate);
  return placed && close_range(kListenerDescriptor + 1, number - 1, 0) == 0 && close_range(number + 1, ~0U, 0) == 0;
}

void wait_to_be_asked() {
  pollfd listener{.fd = kListenerDescriptor, .events = POLLIN, .revents = 0};
  poll(&listener, 1, kUnaskedMs);
}

// Returns only if it cannot be.
void become_broker(Inheritance const& given, char const* const* argv, Gate& gate, Awaited awaited) {
  setsid();
  // What a later exec would say.
  if (faccessat(AT_FDCWD, kProgram, X_OK, AT_EACCESS) != 0) return;
  if (!keep_only(given, gate.number())) return;
  if (awaited == Awaited::release) {
    gate.open();
    wait_to_be_asked();
  }
  std::array<char*, 1> environment{nullptr};
  execve(kProgram, const_cast<char* const*>(argv), environment.data());
}

}  // namespace

std::optional<pid_t> spawn_broker(reach::Handover const& handover, int lock, int listener, Awaited awaited,
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
    become_broker({.lock = lock_copy.get(), .listener = listener_copy.get()}, argv.data(), gate, awaited);
    gate.refuse();
    otherwise();
    _exit(127);
  }
  if (child < 0) return std::nullopt;
  if (gate.pass() == Started::yes) return child;
  waitpid(child, nullptr, 0);
  return std::nullopt;
}

}  // namespace decapod::cli
