#pragma once
// The whole store against the order in which the store itself says that it committed (the markers). This is more than
// linearizability asks: that very order has to explain everything.

#include "record.h"

namespace decapod::history {

struct CommitReport {
  std::int64_t commits = 0;
  std::int64_t reads = 0;   // of the whole store, each of them explained
  std::int64_t widest = 0;  // most places in the order that one of them could have seen
  std::int64_t epochs = 0;
  std::vector<std::string> problems;  // the first few; none: explained
};

// What is checked:
// 1. Markers are dense, each is given once; later epochs have later places; who was answered before another was asked
//    has the earlier place.
// 2. Each write, in that order, answers what the model of its item says; tokens grow over the whole store.
// 3. Each `list`, `ready`, `stats` and `show` shows the store as it was after exactly k commits: k covers every write
//    that was answered before, no write that was asked for afterwards, and no reader is behind one that had its answer
//    before this one asked. Whether a lease had ended is left open within the time in which it did.
CommitReport check_commit_order(History const& history);

}  // namespace decapod::history
