#pragma once
// Programs started as a shell would start them, and what they cost: CLOCK_MONOTONIC around posix_spawn and wait4.

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace decapod::bench {

using Moment = std::chrono::steady_clock::time_point;
using Seconds = std::chrono::duration<double>;

inline Moment now() {
  return std::chrono::steady_clock::now();
}
inline double ms_between(Moment from, Moment to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

struct Program {
  std::vector<std::string> arguments;    // the program first: its path, nothing is searched
  std::vector<std::string> environment;  // "NAME=value": all of it
  std::string directory;
};

enum class Streams {
  discarded,  // standard output and error go to /dev/null
  kept,       // standard output is collected
  piped,      // standard input and output are the driver's
};

struct Finished {
  int status = 0;  // exit status, or 128 + signal
  Moment started;
  Moment ended;
  double cpu_ms = 0;  // user and system, of the process alone
  std::string output;

  double wall_ms() const { return ms_between(started, ended); }
};

// A child that is running. wait() ends the life of the object; a child that was not waited for is killed.
// Throws std::system_error when it cannot be started.
class Running {
 public:
  Running(Program const& program, Streams streams);
  ~Running();
  Running(Running&& other) noexcept;
  Running& operator=(Running&&) = delete;

  int input() const { return input_; }    // write end; -1 unless piped
  int output() const { return output_; }  // read end; -1 unless piped or kept
  pid_t pid() const { return pid_; }
  void close_input();
  Finished wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  Moment started_;
};

Finished launch(Program const& program, Streams streams = Streams::discarded);
// As launch, and throws std::runtime_error with what was printed unless the exit status is 0. Standard output.
std::string must(Program const& program);

// The first of PATH's directories that has it; empty if none has.
std::string find_program(std::string const& name);

// user + system time of a live process so far, and its memory from /proc/PID/status ("VmRSS", "VmHWM") in KiB. 0 if it
// is gone.
double cpu_ms_of(pid_t pid);
long memory_kib_of(pid_t pid, std::string const& line);

}  // namespace decapod::bench
