#pragma once
// A log that its last writer has left empty, with its room: the next opener neither makes it nor syncs it twice.
//
// A new log costs its first commit the making of a file, blocks, and two entries in the file system's journal: the size
// of the log, and its name. A log that stays is written over. But behind its header stand the frames of before, and if
// the disk kept the old header under them, a part of them would be the store again. So the header is made void, and
// that is synced, before the log counts as prepared; then no frame that stands there belongs to any header: a new one
// draws its salt. What tells the next opener is a mark in the header's place, which is written after the syncs of the
// file and of its name, and which the first commit writes over.
//
// The mark names the log and its directory (LogPlace): a copy of the store has the mark, and none of the syncs. So has
// a log that an overlay file system has just copied up, or one whose inode was another file's before.

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::storage {

struct LogPlace {
  std::uint64_t log_inode = 0;
  std::int64_t log_born_ns = 0;
  std::uint64_t directory_inode = 0;
};

// nullopt: the file system does not say when the log was made, or one of both is gone. No log is prepared there. Once
// SQLite has opened it.
std::optional<LogPlace> place_of_log(std::string const& log, std::string const& directory);

// The methods of `log` are SQLite's own in all of these. Codes are SQLite's.

// Makes the header void and the file as large as a few commits need, and syncs it. All commits are in the database,
// which is synced.
int make_void(sqlite3_file& log);
// After make_void(), once the log's name is synced.
int mark_prepared(sqlite3_file& log, LogPlace const& place);
bool is_prepared(sqlite3_file& log, LogPlace const& place);

// The file access for a log that has been found. SQLite would sync the directory with the first sync of any log that it
// opens, because it may have made it; whoever opens through this has synced the name, or knows that it is. Where there
// is no log any more, SQLite makes one as ever. Lives as long as the program. "": SQLite's default serves, because it
// is not the one that this leads to, or there is no memory for it.
char const* file_access_for_found_log();

}  // namespace decapod::storage
