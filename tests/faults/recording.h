#pragma once
// What was done to a disk, in order, and what the clients knew meanwhile.

#include <string>
#include <vector>

#include "disk.h"

namespace decapod::test {

enum class EventKind : std::uint8_t {
  create,
  remove,
  change,
  sync,
  sync_directory,
  mark,  // the clients learned something: `inode` is the number of what they know now
};

struct Event {
  EventKind kind = EventKind::mark;
  InodeNumber inode = 0;
  std::string name;
  Change change;
};
using Recording = std::vector<Event>;

// Does to `disk` what was recorded. Inode numbers agree if the recording began with this disk.
void play(Event const& event, Disk& disk);

// Whether what may be lost gets less by `event`: before it is when a power loss does most.
bool is_persistence_point(Event const& event);

}  // namespace decapod::test
