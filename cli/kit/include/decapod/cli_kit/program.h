#pragma once
// A program that a verb runs for its caller, and what came of it.

#include <decapod/base/clock.h>
#include <decapod/base/digest.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace decapod::cli {

// It has the caller's environment without DECAPOD_REQUEST_ID, no input, standard output and standard error in one
// stream, no other descriptor, and a process group of its own, which does not outlive it.
struct Program {
  std::vector<std::string> command;  // the program first, found through PATH
  std::string directory;             // absolute
  std::string log;                   // absolute: a file for the output, which appears at the end; "" = none
  Millis limit{0};                   // how long it may take
  std::int64_t output_max = 0;       // bytes: whoever prints more is ended
};

enum class Ended : std::uint8_t {
  exited,
  signalled,
  timed_out,    // and was killed
  flooded,      // printed too much, and was killed
  not_started,  // `status` is 127
};
BOOST_DESCRIBE_ENUM(Ended, exited, signalled, timed_out, flooded, not_started)

inline constexpr std::size_t kTailBytes = 4096;

struct ProgramEnd {
  Ended ended = Ended::exited;
  int status = 0;  // exit status, or the signal's number
  std::int64_t output_bytes = 0;
  Sha256 output{};   // of all that it printed
  std::string tail;  // its last kTailBytes at most, well-formed
  Millis took{0};
};

}  // namespace decapod::cli
