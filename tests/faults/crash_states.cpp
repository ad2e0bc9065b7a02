#include "crash_states.h"

#include <algorithm>

namespace decapod::test {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::size_t kEverySubset = 6;    // changes
constexpr std::size_t kEachOfThese = 100;  // of more changes, only every second, third... is singled out

std::uint64_t sectors(Change const& change) {
  return (change.data.size() + kSector - 1) / kSector;
}

// A part of a write. A sector is as atomic as a disk makes it.
void write_part(Change const& change, std::uint64_t from, std::uint64_t to, std::string& content) {
  auto const end = std::min<std::uint64_t>(to, change.data.size());
  if (from >= end) return;
  apply_change({.kind = ChangeKind::write, .at = change.at + from, .data = change.data.substr(from, end - from)},
               content);
}

}  // namespace

CrashStates::CrashStates(Disk const& disk, std::mt19937_64& random) : disk_(disk), random_(random) {
  for (InodeNumber inode = 0; inode < disk.inodes().size(); ++inode) {
    first_.push_back(places_.size());
    for (std::size_t i = 0; i < disk.inodes()[inode].pending.size(); ++i) places_.push_back({inode, i});
  }
  auto const pending = std::min<std::size_t>(disk.pending_entries().size(), 63);
  all_entries_ = (std::uint64_t{1} << pending) - 1;
}

Entries CrashStates::entries_of(std::uint64_t kept) const {
  auto entries = disk_.durable_entries();
  for (std::size_t i = 0; i < disk_.pending_entries().size(); ++i) {
    auto const& change = disk_.pending_entries()[i];
    if ((kept >> i & 1) == 0) continue;
    if (change.inode) {
      entries.insert_or_assign(change.name, *change.inode);
    } else {
      entries.erase(change.name);
    }
  }
  return entries;
}

void CrashStates::suffer(Fate fate, Change const& change, std::string& content) {
  bool const kept = change.kind == ChangeKind::truncate ? fate != Fate::lost : fate == Fate::kept;
  if (kept) return apply_change(change, content);
  switch (fate) {
    case Fate::torn:
      return write_part(change, 0, kSector * (random_() % std::max<std::uint64_t>(sectors(change), 1)), content);
    case Fate::scattered:
      for (std::uint64_t sector = 0; sector < sectors(change); ++sector) {
        if (random_() % 2 == 0) write_part(change, sector * kSector, (sector + 1) * kSector, content);
      }
      return;
    case Fate::hole:
      content.resize(std::max<std::size_t>(content.size(), change.at + change.data.size()), '\0');
      return;
    case Fate::lost:
    case Fate::kept:
      return;
  }
}

Image CrashStates::image(Fates const& fates, std::uint64_t entries) {
  Image image;
  for (auto const& [name, inode] : entries_of(entries)) {
    auto const& file = disk_.inodes()[inode];
    auto& content = image[name] = file.durable;
    for (std::size_t i = 0; i < file.pending.size(); ++i) suffer(fates[first_[inode] + i], file.pending[i], content);
  }
  return image;
}

void CrashStates::each_systematic(std::function<void(Image const&)> const& see) {
  auto const count = places_.size();
  Fates const none(count, Fate::lost);
  Fates const all(count, Fate::kept);
  for (std::uint64_t entries = 0; entries <= std::min<std::uint64_t>(all_entries_, 15); ++entries) {
    see(image(none, entries));
    see(image(all, entries));
  }
  for (auto const entries : {all_entries_, std::uint64_t{0}}) {
    see(image(none, entries));
    see(image(all, entries));
    if (count <= kEverySubset) {
      for (std::uint64_t subset = 0; subset < std::uint64_t{1} << count; ++subset) {
        auto fates = none;
        for (std::size_t i = 0; i < count; ++i) fates[i] = (subset >> i & 1) != 0 ? Fate::kept : Fate::lost;
        see(image(fates, entries));
      }
    }
    auto before = none;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % (count / kEachOfThese + 1) != 0) {
        before[i] = Fate::kept;
        continue;
      }
      before[i] = Fate::torn;
      see(image(before, entries));
      before[i] = Fate::kept;
      see(image(before, entries));
      auto without = all;
      without[i] = Fate::lost;
      see(image(without, entries));
      auto alone = none;
      alone[i] = Fate::kept;
      see(image(alone, entries));
    }
    if (all_entries_ == 0) break;
  }
}

CrashStates::Fates CrashStates::draw() {
  static constexpr Fate kOtherwise[] = {Fate::lost, Fate::lost, Fate::torn, Fate::scattered, Fate::hole};
  static constexpr unsigned kKeptOfHundred[] = {10, 50, 80, 95};
  auto const kept = kKeptOfHundred[random_() % std::size(kKeptOfHundred)];
  Fates fates(places_.size());
  for (auto& fate : fates) {
    fate = random_() % 100 < kept ? Fate::kept : kOtherwise[random_() % std::size(kOtherwise)];
  }
  return fates;
}

void CrashStates::each_drawn(std::size_t count, std::function<void(Image const&)> const& see) {
  if (places_.empty()) return;
  for (std::size_t i = 0; i < count; ++i) {
    auto const fates = draw();
    see(image(fates, random_() % 2 == 0 ? all_entries_ : random_() & all_entries_));
  }
}

}  // namespace decapod::test
