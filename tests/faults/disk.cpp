#include "disk.h"

namespace decapod::test {

void apply_change(Change const& change, std::string& content) {
  if (change.kind == ChangeKind::truncate) {
    content.resize(change.at, '\0');
    return;
  }
  if (content.size() < change.at + change.data.size()) content.resize(change.at + change.data.size(), '\0');
  content.replace(change.at, change.data.size(), change.data);
}

Disk::Disk(Image const& image) {
  for (auto const& [name, bytes] : image) {
    entries_.emplace(name, static_cast<InodeNumber>(inodes_.size()));
    inodes_.push_back({.now = bytes, .durable = bytes, .pending = {}});
  }
  durable_entries_ = entries_;
}

std::optional<InodeNumber> Disk::find(std::string_view name) const {
  auto const found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

InodeNumber Disk::create(std::string const& name) {
  auto const inode = static_cast<InodeNumber>(inodes_.size());
  inodes_.emplace_back();
  entries_.insert_or_assign(name, inode);
  pending_entries_.push_back({.name = name, .inode = inode});
  return inode;
}

void Disk::remove(std::string_view name) {
  auto const found = entries_.find(name);
  if (found == entries_.end()) return;
  pending_entries_.push_back({.name = found->first, .inode = std::nullopt});
  entries_.erase(found);
}

void Disk::change(InodeNumber inode, Change change) {
  auto& file = inodes_[inode];
  apply_change(change, file.now);
  file.pending.push_back(std::move(change));
}

void Disk::sync(InodeNumber inode) {
  auto& file = inodes_[inode];
  for (auto const& change : file.pending) apply_change(change, file.durable);
  file.pending.clear();
}

void Disk::sync_directory() {
  durable_entries_ = entries_;
  pending_entries_.clear();
}

Image Disk::as_killed() const {
  Image image;
  for (auto const& [name, inode] : entries_) image.emplace(name, inodes_[inode].now);
  return image;
}

Image Disk::as_unplugged() const {
  Image image;
  for (auto const& [name, inode] : durable_entries_) image.emplace(name, inodes_[inode].durable);
  return image;
}

}  // namespace decapod::test
