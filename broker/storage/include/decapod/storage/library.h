#pragma once
// The SQLite that is linked, what is known to be wrong with it, and why decapod's promises hold all the same.

#include <decapod/base/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::storage {

enum class Exposure : std::uint8_t {
  absent,     // this version does not have the fault
  contained,  // it has, and `guard` keeps it from doing harm
};

struct LibraryFault {
  std::string_view name;      // "wal-frames-without-checksum"
  std::string_view harm;      // what happens to a program that does not guard against it
  std::string_view versions;  // which have it
  std::string_view guard;     // what decapod does about it
  Exposure exposure = Exposure::absent;
};

// `version_number` as SQLite counts: 3.40.1 is 3040001.
std::vector<LibraryFault> known_faults(int version_number);

struct Library {
  std::string version;  // "3.40.1"
  int version_number = 0;
  std::string source_id;  // date and hash of the check-in it was built from
  std::vector<LibraryFault> faults;
};
Library library();

// Proves, on a scratch store in `directory`, the caller's alone, that is removed again, that with decapod's settings
// the linked library keeps acknowledged commits although a request beside them was undone after it had outgrown the
// page cache. Takes some tens of milliseconds. corrupt: it lost rows, do not use this library. Needs the process's one
// Database.
Result<void> test_library(std::string const& directory);

}  // namespace decapod::storage
