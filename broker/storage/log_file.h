#pragma once
// Saves a log some of its writes, and an empty log one of its two syncs.

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace decapod::storage {

// SQLite writes the header of a frame and its page one by one: 44 system calls for an item of 22 pages, each of which
// takes the file system's locks. What follows upon what was written before is kept here, and goes to the file in one
// write when the log is synced or anything else is asked of it. A commit ends with a sync, so nothing is acknowledged
// that is only here; a write that fails is the sync's failure. There is room for 32 KB at first, and for all that a
// group of edits changes once those were filled many times: whoever commits once would pay for each page of a room that
// it fills once.
//
// SQLite syncs the header of a log before it writes frames behind it, since frames of an earlier round may stand there:
// an old header that the disk still has would make them a part of the database again. In a log that is new nothing
// stands there, and what stands in a prepared one belongs to no header (prepared_log.h). Whatever of header and frames
// a power loss takes, recovery finds a wrong checksum and ends before the first commit that is not whole, and nobody
// has been told of it: the sync that ends the commit covers all of them. Until that one, syncs of a log into which no
// more than its header was written do nothing.
//
// A log that is shorter than what was written into it was cut off by somebody; name and inode stay, and SQLite does not
// look. The next commit would be written behind a hole, where no recovery finds it, and a checkpoint would lay the hole
// over the database. So each sync ends with a look: the commit that ends with it is in no log any more, and a
// checkpoint syncs before it copies. And each write begins with one, because afterwards the file is as long as it was;
// and ends with a look at the last byte before it that was not zero, since what was cut off between look and write is a
// hole.
class LogFile {
 public:
  LogFile() = default;
  LogFile(LogFile const&) = delete;
  LogFile& operator=(LogFile const&) = delete;

  enum class Content { none, some };  // none: nor has the disk any
  // `log`: open, and closed before this object goes or serves another one. `owed`: the bytes that it must have, as any
  // of them may count (of a log with room, fewer do); 0 = whatever it holds is in the database, or nothing.
  void serve(sqlite3_file& log, Content content, std::int64_t owed);
  // From here on the log is as SQLite made it; nothing is gathered any more.
  void let_go(sqlite3_file& log);
  // False: somebody cut it off, and commits that are nowhere else are gone. `log`: the one that is served.
  bool is_whole(sqlite3_file& log) const;
  // All that it holds is in the database: whoever cuts it off takes nothing away.
  void owe_nothing() { owed_ = 0; }

 private:
  struct Methods : sqlite3_io_methods {
    sqlite3_io_methods const* real = nullptr;
    LogFile* owner = nullptr;
  };

  static LogFile& of(sqlite3_file* log);
  static int write(sqlite3_file* log, void const* data, int size, sqlite3_int64 at);
  static int read(sqlite3_file* log, void* data, int size, sqlite3_int64 at);
  static int truncate(sqlite3_file* log, sqlite3_int64 size);
  static int file_size(sqlite3_file* log, sqlite3_int64* size);
  static int sync(sqlite3_file* log, int flags);
  static int close(sqlite3_file* log);

  std::size_t room() const { return larger_ ? kLargerRoom : gathered_.size(); }
  std::byte* gathered() { return larger_ ? larger_.get() : gathered_.data(); }
  void make_room();
  int put(sqlite3_file* log, std::byte const* data, std::size_t size, sqlite3_int64 at);
  int flush(sqlite3_file* log);
  int look_for_hole(sqlite3_file& log);
  void mark(std::byte const* bytes, int size, sqlite3_int64 at);
  void learn_mark(sqlite3_file& log);
  bool holds_only_header() const;

  // SQLite's own file access takes less than 128 KiB at once.
  static constexpr std::size_t kLargerRoom = std::size_t{124} << 10;

  Methods methods_{};
  Content content_ = Content::some;  // none: until the first commit
  std::array<std::byte, std::size_t{32} << 10> gathered_;
  std::unique_ptr<std::byte[]> larger_;  // in its place
  int filled_ = 0;                       // how often gathered_ was full
  std::size_t held_ = 0;                 // bytes that are gathered
  sqlite3_int64 start_ = 0;              // where in the file they belong
  sqlite3_int64 owed_ = 0;               // the file has at least this many bytes, unless somebody cut it
  sqlite3_int64 mark_ = 0;               // where its last byte is that is not zero; 0: not known
  std::byte marked_{};                   // that byte
};

}  // namespace decapod::storage
