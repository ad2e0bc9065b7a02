#pragma once
// What a power loss may leave of a disk: of each file and of the directory, any part of what was not synced.

#include <functional>
#include <random>

#include "disk.h"

namespace decapod::test {

// What becomes of one change that was not synced. A truncation is lost or kept.
enum class Fate : std::uint8_t {
  lost,
  kept,
  torn,       // its first sectors of 512 bytes
  scattered,  // any of its sectors
  hole,       // the file is as long as if it were kept; zeros where it would have been longer
};

class CrashStates {
 public:
  // The disk is borrowed.
  CrashStates(Disk const& disk, std::mt19937_64& random);

  std::size_t changes() const { return places_.size(); }

  // Calls `see` with states of these kinds, which need not differ: everything lost; everything kept; every subset, if
  // there are few changes; all before one kept, with and without it torn; one lost; one kept; each with the directory
  // as it was and as it is.
  void each_systematic(std::function<void(Image const&)> const& see);
  // Calls `see` with `count` states at random; none if nothing can be lost.
  void each_drawn(std::size_t count, std::function<void(Image const&)> const& see);

 private:
  struct Place {
    InodeNumber inode;
    std::size_t change;
  };
  using Fates = std::vector<Fate>;

  Image image(Fates const& fates, std::uint64_t entries);
  Entries entries_of(std::uint64_t kept) const;
  void suffer(Fate fate, Change const& change, std::string& content);
  Fates draw();

  Disk const& disk_;
  std::mt19937_64& random_;
  std::vector<Place> places_;       // of all that may be lost
  std::vector<std::size_t> first_;  // by inode: its first place
  std::uint64_t all_entries_ = 0;   // one bit for each pending change of the directory
};

}  // namespace decapod::test
