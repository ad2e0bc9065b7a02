// Starting the broker. Spawned anew, not forked: nothing of SQLite, of the heap or of the caller's descriptors goes
// along.

#include <decapod/base/descriptor.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <vector>

#include "broker_process.h"

namespace decapod::cli {
namespace {

constexpr int kAboveTargets = 10;

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  Actions(Actions const&) = delete;
  Actions& operator=(Actions const&) = delete;
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Attributes(Attributes const&) = delete;
  Attributes& operator=(Attributes const&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t const* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

std::optional<pid_t> spawn_broker(reach::Handover const& handover, int lock, int listener) {
  // Above the targets first: a source may already have the number of a target.
  Descriptor const lock_copy(fcntl(lock, F_DUPFD_CLOEXEC, kAboveTargets));
  Descriptor const listener_copy(fcntl(listener, F_DUPFD_CLOEXEC, kAboveTargets));
  // A broker without them would end at once, and whoever waits for it would elect itself again and again.
  if (!lock_copy || !listener_copy) return std::nullopt;
  Actions actions;
  for (int const fd : {0, 1, 2}) {
    posix_spawn_file_actions_addopen(actions.get(), fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
  }
  posix_spawn_file_actions_adddup2(actions.get(), lock_copy.get(), 3);
  posix_spawn_file_actions_adddup2(actions.get(), listener_copy.get(), 4);
  posix_spawn_file_actions_addclosefrom_np(actions.get(), 5);
  posix_spawn_file_actions_addchdir_np(actions.get(), "/");

  auto words = reach::to_arguments(handover);
  words.insert(words.begin(), {"decapod", std::string(kBrokerVerb)});
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  Attributes const attributes;
  pid_t child = 0;
  int const error = posix_spawn(&child, "/proc/self/exe", actions.get(), attributes.get(), argv.data(), environment);
  if (error != 0) return std::nullopt;
  return child;
}

}  // namespace decapod::cli
