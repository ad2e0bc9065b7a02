#pragma once
// The directory of page copies: who keeps a file in it, and how one goes that nobody keeps any more.
//
// A shared flock on the copy itself keeps it, and nothing else does: the kernel drops it with the last descriptor,
// however a process ends, and no number of a process can be taken for another's. The leader holds it from before the
// copy has content until the client's next request or the end of its connection; the client from before it reads.
// Only the leader sweeps: what it can lock exclusively is nobody's, and it unlinks it under that lock. Who comes too
// late finds no file, or locks one that has no name any more, and asks (or makes one) again.

#include <decapod/base/descriptor.h>
#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>
#include <decapod/broker/unlinked_copies.h>
#include <optional>
#include <string>

namespace decapod::broker {

std::string copies_directory(StatePaths const& paths);

// An empty file for a copy, held by whoever has this. Whoever abandons it leaves it to a sweep.
struct FreshCopy {
  std::string name;
  std::string path;
  Descriptor hold;
};
// Errors: disk_full, not_writable, unreachable; lock_unreliable: this file system locks no file.
Result<FreshCopy> make_copy_file(StatePaths const& paths);

// With the leader lock held. Unlinks what nobody keeps, and leaves it to `swept`; how many are kept.
std::size_t sweep_copies(StatePaths const& paths, UnlinkedCopies& swept);

// A finished copy in the process that reads it; removed with this object.
class HeldCopy {
 public:
  explicit HeldCopy(FreshCopy copy) : HeldCopy(std::move(copy.path), std::move(copy.hold)) {}
  // nullopt: it is gone, because its maker died before this process had it. Errors: unreachable, lock_unreliable.
  static Result<std::optional<HeldCopy>> take(StatePaths const& paths, std::string const& name);
  HeldCopy(HeldCopy&&) = default;
  HeldCopy& operator=(HeldCopy&&) = delete;
  ~HeldCopy();

  std::string const& path() const { return path_; }

 private:
  HeldCopy(std::string path, Descriptor hold) : path_(std::move(path)), hold_(std::move(hold)) {}

  std::string path_;
  Descriptor hold_;
};

}  // namespace decapod::broker
