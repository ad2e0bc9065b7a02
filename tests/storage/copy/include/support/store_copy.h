#pragma once
// What is in a store, read by the sqlite3 program from a copy: a second opinion that shares no code with the product.

#include <support/repository.h>

#include <cstdint>
#include <string>
#include <vector>

namespace decapod::test {

class StoreCopy {
 public:
  // Waits until nothing runs in the store, then copies database and WAL. Throws if something still runs after 10 s.
  explicit StoreCopy(TempRepository const& repository);

  // One string a row, columns separated by '|'. Throws with what sqlite3 printed if the query fails.
  std::vector<std::string> rows(std::string const& query) const;
  std::int64_t number(std::string const& query) const;

 private:
  TempDirectory scratch_;
};

}  // namespace decapod::test
