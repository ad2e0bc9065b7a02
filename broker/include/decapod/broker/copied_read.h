#pragma once
// Heavy reads on page copies: made by the leader, read by the process that asks.

#include <decapod/broker/engine.h>
#include <decapod/broker/page_copies.h>

namespace decapod::broker {

// Whether a request of this type is answered from a page copy by every leader that can write one.
bool reads_a_copy(RequestType const& type);

// Whether there was no room for a copy on the disk.
bool lacks_room(ipc::Reply const& reply);
// Whether the broker that was to copy had to leave.
bool was_given_up(ipc::Reply const& reply);
// Whether the store is small enough that, where there is no room for a copy, others may wait while it is read itself:
// some tenths of a second.
bool may_be_read_itself(StatePaths const& paths);

// The exported trail as a process finds it: how long it is, and which files those are. What is there before a copy is
// asked for is in that copy, unless a restore puts another trail in its place meanwhile.
struct ExportedFile {
  std::uint64_t inode = 0;  // 0: there is none
  std::int64_t born = 0;    // nanoseconds since 1970, 0 where it is not known: an inode is given out again
  friend bool operator==(ExportedFile const&, ExportedFile const&) = default;
};
struct ExportedTrail {
  contract::ExportedBytes bytes;
  ExportedFile mutations;
  ExportedFile reads;
};
ExportedTrail exported_now(StatePaths const& paths);
// Whether what was there is there still, be it longer.
bool is_still_there(ExportedTrail const& before, StatePaths const& paths);

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
