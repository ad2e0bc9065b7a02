#pragma once
// A disk in memory that knows what a power loss may take: what was written, what was synced, what the directory holds.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::test {

using InodeNumber = std::uint32_t;

enum class ChangeKind : std::uint8_t { write, truncate };

// Done, not synced. A truncation's `at` is the new size.
struct Change {
  ChangeKind kind = ChangeKind::write;
  std::uint64_t at = 0;
  std::string data;
};
void apply_change(Change const& change, std::string& content);

struct Inode {
  std::string now;              // what a running process reads
  std::string durable;          // what the last sync left on the platters
  std::vector<Change> pending;  // since then, in order
};

// A name that was given to a file or (no inode) taken away, in a directory that was not synced since.
struct EntryChange {
  std::string name;
  std::optional<InodeNumber> inode;
};

using Entries = std::map<std::string, InodeNumber, std::less<>>;

// The files by name, as a machine finds them when it starts.
using Image = std::map<std::string, std::string, std::less<>>;

// A value: copying forks it.
class Disk {
 public:
  Disk() = default;
  explicit Disk(Image const& image);  // everything durable

  std::optional<InodeNumber> find(std::string_view name) const;
  InodeNumber create(std::string const& name);
  void remove(std::string_view name);
  void change(InodeNumber inode, Change change);
  void sync(InodeNumber inode);
  void sync_directory();

  std::string const& content(InodeNumber inode) const { return inodes_[inode].now; }

  std::vector<Inode> const& inodes() const { return inodes_; }
  Entries const& durable_entries() const { return durable_entries_; }
  std::vector<EntryChange> const& pending_entries() const { return pending_entries_; }

  Image as_killed() const;     // the process went, the machine did not: everything written is there
  Image as_unplugged() const;  // only what was synced is there

 private:
  std::vector<Inode> inodes_;
  Entries entries_;
  Entries durable_entries_;
  std::vector<EntryChange> pending_entries_;
};

}  // namespace decapod::test
