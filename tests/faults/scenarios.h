#pragma once
// What brokers do with a store, in small pieces: each is run under every fault, and crashed everywhere.

#include <span>
#include <string_view>

#include "session.h"

namespace decapod::test {

// What the disk holds when a scenario begins.
enum class Start : std::uint8_t {
  nothing,
  closed_store,    // four requests committed, the WAL folded in and gone
  prepared_store,  // the same, and the WAL left prepared, as a broker leaves it
  store_with_wal,  // five requests committed; the broker was killed
  unsynced_wal,    // and killed in the middle of its last commit: written, not synced
  unnamed_wal,     // four requests; killed in the middle of the next commit: neither the new WAL nor its name is synced
};

struct Scenario {
  std::string_view name;
  Start start;
  void (*play)(Session& session);
};
std::span<Scenario const> scenarios();

// A disk as `start` says, and what its clients know.
struct Prepared {
  Disk disk;
  Knowledge knowledge;
};
// `folder` is for the while.
Prepared prepare(Start start, std::string const& folder);

}  // namespace decapod::test
