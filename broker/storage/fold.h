#pragma once
// Lets a checkpoint write to the database only what it has read to the end.

#include <sqlite3.h>

#include <cstddef>

namespace decapod::storage {

// A checkpoint reads a page from the log and writes it to the database, one after the other, in the order of the pages,
// which come from many commits. Stopped in the middle, it leaves a database that only the log makes whole again; and
// what stops it is a log that somebody cuts off meanwhile, or that cannot be read. So while a Fold lives, pages that
// are written to the database wait in memory until SQLite, which has read all of them by then, shortens or syncs it. A
// read that fails before that leaves the database as it was; whoever cuts the log off afterwards takes nothing away.
//
// Of each page only the newest version waits: a log of 12,000 frames has some 250. The memory is mapped, and goes back
// to the system with the Fold.
class Fold {
 public:
  // `database`: in use by nobody but the checkpoint while this lives. `pages`: how many it may come to, each of
  // `page_size` bytes. Those beyond kHeldMost bytes, or beyond the memory that there is, are written as they come.
  Fold(sqlite3_file& database, int pages, std::size_t page_size);
  ~Fold();
  Fold(Fold const&) = delete;
  Fold& operator=(Fold const&) = delete;

  // Writes what still waits: nothing, if SQLite has gone as far as to shorten or sync the database. An SQLite code.
  // What could not be written is given up.
  int flush();

  static constexpr std::size_t kHeldMost = std::size_t{64} << 20;

 private:
  struct Methods : sqlite3_io_methods {
    sqlite3_io_methods const* real = nullptr;
    Fold* owner = nullptr;
  };

  static Fold& of(sqlite3_file* database);
  static int write(sqlite3_file* database, void const* data, int size, sqlite3_int64 at);
  static int truncate(sqlite3_file* database, sqlite3_int64 size);
  static int sync(sqlite3_file* database, int flags);

  sqlite3_file& database_;
  Methods methods_{};
  std::size_t page_size_;
  std::size_t room_;  // pages
  std::size_t mapped_;
  std::byte* pages_;        // waiting_ of them
  sqlite3_int64* offsets_;  // where they belong; behind the room for pages
  std::size_t waiting_ = 0;
};

}  // namespace decapod::storage
