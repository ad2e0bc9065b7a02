#pragma once
// Answers that come in pages.

#include <decapod/ledger/trail.h>

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

namespace decapod::test {

// The sequence numbers on every page, until there are no more.
inline std::vector<std::uint64_t> every_page(storage::Database& database, ledger::TrailQuery query) {
  std::vector<std::uint64_t> all;
  for (int pages = 0; pages < 1000; ++pages) {
    auto const page = ledger::query_trail(database, query);
    CHECK(page.records.size() <= query.limit);
    for (auto const& record : page.records) all.push_back(record.sequence);
    if (page.next_before == 0) return all;
    query.before = page.next_before;
  }
  FAIL("paging does not end");
  return all;
}

}  // namespace decapod::test
