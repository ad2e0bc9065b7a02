#include <decapod/lookup/recorded.h>

namespace decapod::lookup {

std::vector<Lost> lost_records(storage::Database& database, Kind const& kind) {
  auto const first = "key:" + std::string(kind.key);
  // '0' follows '/': the range is every key of this kind.
  auto last = first;
  last.back() = '0';
  std::vector<Lost> lost;
  auto rows = database.query(
      "SELECT substr(x.term, ?1), min(x.sequence) FROM audit_index x"
      " WHERE x.term > ?2 AND x.term < ?3 AND NOT EXISTS (SELECT 1 FROM " +
          std::string(kind.table) + " i WHERE i.id = substr(x.term, ?1)) GROUP BY x.term ORDER BY 2, 1",
      first.size() + 1, first, last);
  while (rows.next()) lost.push_back({.id = rows.text(0), .sequence = rows.integer(1)});
  return lost;
}

}  // namespace decapod::lookup
