#pragma once
// Child processes: start, wait with a bound, and what they printed.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace decapod::test {

using Milliseconds = std::chrono::milliseconds;

struct Command {
  std::vector<std::string> arguments;              // the program first, found through PATH
  std::map<std::string, std::string> environment;  // all of it: nothing is inherited
  std::filesystem::path cwd;
  std::string input;               // standard input; empty = /dev/null
  Milliseconds patience{120'000};  // killed after it; `status` is then kTimedOut
};

inline constexpr int kTimedOut = -1;

struct Finished {
  int status = 0;  // exit status, 128 + signal, or kTimedOut
  std::string output;
  std::string error;
  Milliseconds wall{0};
};

// A started child. It is killed and reaped if it was not waited for. Its output goes to memory files, so that neither
// a full pipe nor a descriptor that a grandchild keeps can delay wait(): tests about pipes make their own.
// Throws std::system_error when it cannot be started.
class Child {
 public:
  explicit Child(Command const& command);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  Finished wait();

 private:
  bool exited_within(Milliseconds patience) const;
  int reap();

  pid_t pid_ = -1;
  int output_ = -1;
  int error_ = -1;
  Milliseconds patience_;
  std::chrono::steady_clock::time_point started_;
};

Finished run(Command const& command);
// Starts all of them before it waits for the first. Results in the order given.
std::vector<Finished> run_together(std::vector<Command> const& commands);

}  // namespace decapod::test
