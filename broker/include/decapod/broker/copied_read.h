#pragma once
// Heavy reads on page copies: made by the leader, read by the process that asks.

#include <decapod/broker/engine.h>
#include <decapod/broker/page_copies.h>

namespace decapod::broker {

// Whether a request of this type is answered from a page copy by every leader that can write one.
bool reads_a_copy(RequestType const& type);

// Whether there was no room for a copy on the disk.
bool lacks_room(ipc::Reply const& reply);
// Whether the store is small enough that, where there is no room for a copy, others may wait while it is read itself:
// some tenths of a second.
bool may_be_read_itself(StatePaths const& paths);

// How long the exported trail is. What a process sees before it asks for a copy is in that copy.
contract::ExportedBytes exported_now(StatePaths const& paths);

// Answers `job` from a finished copy of the store of `paths`, with what would answer it in the broker. Opens the
// process's one Database, closes it, and removes the copy in a thread of low priority. The record of the read was left
// by whoever made the copy.
Result<ipc::Reply> answer_from_copy(StatePaths const& paths, HeldCopy copy, Job const& job,
                                    contract::ExportedBytes exported, Directory const& directory, Clock& clock);

// A leader's own request: the copy at one go, nobody is served meanwhile. The reply says why there is no copy.
struct OwnCopy {
  std::optional<HeldCopy> copy;
  ipc::Reply reply;
};
OwnCopy copy_at_once(Engine& engine, StatePaths const& paths, Job const& job, Clock& clock);

}  // namespace decapod::broker
