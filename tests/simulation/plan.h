#pragma once
// What happens in one run: who comes when and asks what, and what goes wrong. A value, so that it can be shrunk.

#include <cstdint>
#include <string>
#include <vector>

namespace decapod::sim {

using Micros = std::int64_t;

enum class Ask : std::uint8_t {
  add,        // a write
  again,      // a write that an earlier command has asked for, under its request id
  refuse,     // a write that a rule forbids
  busy,       // a write that is refused for now
  fault,      // a write whose handler throws
  roll_back,  // a write that makes SQLite drop the whole group
  look,       // a read
  peek,       // a read that equal ones share
};

struct RequestPlan {
  Ask ask = Ask::add;
  std::string name;  // of the request and of its counter
  std::int64_t timeout_ms = 30'000;
  int repeats = 0;  // how often it is given again after "unknown"
};

enum class Means : std::uint8_t { sockets, no_sockets };

struct ClientPlan {
  std::string name;
  Micros start = 0;
  Means means = Means::sockets;
  std::int64_t version = 1'000;  // of its build
  std::int64_t idle_ms = 100;    // of the broker it leaves; 0: it leaves none
  std::int64_t tenure_ms = 60'000;
  int failed_starts = 0;  // of a broker
  std::vector<RequestPlan> requests;
};

enum class FaultKind : std::uint8_t {
  kill,            // the n-th step is the last
  kill_in_file,    // the n-th operation on the store's files is not done, nor any later one
  unplug_in_file,  // the same, and the machine loses power
  unplug,          // the machine loses power at a time
  stop,            // stopped before the n-th step, for a while
  break_streams,   // every connection breaks at a time
  set_clock,       // the wall clock jumps
  replace_lock,    // somebody removes leader.lock and makes it anew
};

struct FaultPlan {
  FaultKind kind = FaultKind::kill;
  std::string victim;      // a process by name: a client's, or "broker-1" for the first that is started
  std::int64_t at = 0;     // n-th, or microseconds
  std::int64_t value = 0;  // milliseconds
};

struct Plan {
  std::uint64_t seed = 0;
  std::vector<ClientPlan> clients;
  std::vector<FaultPlan> faults;
  Micros latency = 200;        // of bytes and of wake-ups, at most
  std::size_t pipe = 200'000;  // bytes that a stream holds
  std::size_t backlog = 64;    // connections that wait for a listener
};

// The plan of a seed.
Plan draw(std::uint64_t seed);
std::string to_text(Plan const& plan);

}  // namespace decapod::sim
