#pragma once
// Saves a new log one of its two syncs.

#include <sqlite3.h>

namespace decapod::storage {

// SQLite syncs the header of a log before it writes frames behind it, since frames of an earlier round may stand there:
// an old header that the disk still has would make them a part of the database again. In a log that is empty nothing
// stands there. Whatever of header and frames a power loss takes, recovery finds a wrong checksum and ends before the
// first commit that is not whole, and nobody has been told of it: the sync that ends the commit covers all of them.
//
// Until that one, `log`'s syncs while it holds no more than its header do nothing. From then on it is as SQLite made
// it.
class FreshLog {
 public:
  FreshLog() = default;
  FreshLog(FreshLog const&) = delete;
  FreshLog& operator=(FreshLog const&) = delete;

  // `log`: open, empty, and closed before this object goes.
  void expect_header(sqlite3_file& log);

 private:
  struct Methods : sqlite3_io_methods {
    sqlite3_io_methods const* real = nullptr;
  };
  static int sync(sqlite3_file* log, int flags);

  Methods methods_{};
};

}  // namespace decapod::storage
