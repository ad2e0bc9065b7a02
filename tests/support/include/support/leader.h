#pragma once
// Who leads a store, asked of the kernel: the product's own word is what is being tested.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace decapod::test {

enum class Role { command, broker };  // a broker is the leader of a session of its own

struct Holder {
  pid_t pid = -1;
  Role role = Role::command;
};

// As in proc(5): 'T' stopped, 'Z' ended, and nobody has taken note of it yet. '?': there is none.
char state_of(pid_t pid);

// Every live process with a descriptor that holds the lock on `leader_lock`, zombies left out. A winner that has just
// handed over and its broker share one lock, so two entries need not be two leaders.
std::vector<Holder> lock_holders(std::filesystem::path const& leader_lock);

// Every live process that runs `binary` with `directory` in its arguments or open files, zombies left out.
std::vector<pid_t> processes_of(std::filesystem::path const& binary, std::filesystem::path const& directory);

// Sends SIGKILL and waits until the process is gone: its descriptors and its locks are let go of when this returns. A
// process that has ended already is no error. Throws std::runtime_error if it outlives the signal.
void kill_and_wait(pid_t pid);

// The same to the broker that holds the lock. Its pid, or nullopt if no broker held the lock at that moment.
std::optional<pid_t> kill_serving_broker(std::filesystem::path const& leader_lock);

}  // namespace decapod::test
