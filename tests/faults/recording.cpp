#include "recording.h"

namespace decapod::test {

void play(Event const& event, Disk& disk) {
  switch (event.kind) {
    case EventKind::create:
      disk.create(event.name);
      return;
    case EventKind::remove:
      return disk.remove(event.name);
    case EventKind::change:
      return disk.change(event.inode, event.change);
    case EventKind::sync:
      return disk.sync(event.inode);
    case EventKind::sync_directory:
      return disk.sync_directory();
    case EventKind::mark:
      return;
  }
}

bool is_persistence_point(Event const& event) {
  switch (event.kind) {
    case EventKind::sync:
    case EventKind::sync_directory:
    case EventKind::remove:
    case EventKind::mark:
      return true;
    case EventKind::change:
      return event.change.kind == ChangeKind::truncate;
    case EventKind::create:
      return false;
  }
  return false;
}

}  // namespace decapod::test
