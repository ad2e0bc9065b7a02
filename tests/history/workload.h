#pragma once
// Many clients of one store, and what they saw. Some live on a connection, some are a process for each request, some
// work directly under the lock; meanwhile leaders are killed, pushed aside, and left without work.

#include <support/repository.h>

#include <cstdint>

#include "record.h"

namespace decapod::history {

struct Plan {
  int operations = 100'000;  // answered or not, all clients together
  std::uint32_t seed = 1;
};

struct Counts {
  std::int64_t operations = 0;
  std::int64_t nothing_done = 0;  // out of time or busy
  std::int64_t unknown = 0;       // no answer, and not asked again
  std::int64_t asked_again = 0;   // no answer, and asked again under the same id until there was one
  std::int64_t replayed = 0;      // asked again although it was answered, and given the same answer
  std::int64_t kills = 0;         // of serving brokers
  std::int64_t pauses = 0;        // long enough for a broker to leave
};

struct Run {
  History history;
  Counts counts;
  std::vector<std::string> faults;  // answers that nobody may get; the first few
};

// The repository is one of its own, with a store. Ends when the number of operations is reached.
Run run_workload(test::TempRepository& repository, Plan const& plan);

}  // namespace decapod::history
