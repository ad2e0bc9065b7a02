#pragma once
// A `decapod batch` that is talked to a line at a time, so that each answer can be timed.

#include <support/process.h>

#include <string>

namespace decapod::test {

class Talker {
 public:
  // Throws std::system_error if it cannot be started.
  explicit Talker(Command const& command);
  ~Talker();
  Talker(Talker const&) = delete;
  Talker& operator=(Talker const&) = delete;

  // Sends `line`; the line that is answered, "" if the process ended instead.
  std::string ask(std::string const& line);

 private:
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string read_;
};

}  // namespace decapod::test
