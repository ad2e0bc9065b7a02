#pragma once
// Gives the room of page copies back to the file system without keeping others from the processor.
//
// To free a gigabyte takes the kernel a third of a second, and one that is not preemptible looks once a tick, every few
// milliseconds, whether somebody else wants the processor. Whoever lets go last of a file that has no name any more
// does this work, wherever it does so. So it is done in parts, and the thread that does it sleeps or serves others in
// between.

#include <decapod/base/descriptor.h>

#include <cstdint>
#include <vector>

namespace decapod::broker {

// Files that were unlinked and that nobody reads. One thread. What is left when this goes is freed at once.
class UnlinkedCopies {
 public:
  // `file`: open for writing, or it is closed in one go when its turn comes.
  void add(Descriptor file) { files_.push_back(std::move(file)); }
  bool empty() const { return files_.empty(); }
  // Frees this much of one of them: a third of a millisecond. A file that has another name after all is let go of as it
  // is.
  void free_a_part();

  static constexpr std::int64_t kPartBytes = std::int64_t{1} << 20;

 private:
  std::vector<Descriptor> files_;
};

}  // namespace decapod::broker
