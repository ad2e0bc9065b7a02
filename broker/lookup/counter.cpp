#include <decapod/lookup/counter.h>

namespace decapod::lookup {
namespace {

// No number above it is exact in JSON, and none is ever reached.
constexpr std::int64_t kCounterMost = (std::int64_t{1} << 53) - 1;

}  // namespace

std::int64_t raise_counter(storage::Database& database, std::string_view counters, std::string_view name,
                           std::int64_t floor) {
  auto const table = std::string(counters);
  auto const raised =
      database.execute("UPDATE " + table + " SET value = max(value, ?1) + 1 WHERE name = ?2 AND value BETWEEN 0 AND ?3",
                       floor, name, kCounterMost);
  if (raised == 0) {
    throw storage::Failure(
        ErrorCode::corrupt, 0,
        "the counter '" + std::string(name) + "' of " + table + " is gone, or is no number it can have had");
  }
  auto rows = database.query("SELECT value FROM " + table + " WHERE name = ?", name);
  rows.next();
  return rows.integer(0);
}

}  // namespace decapod::lookup
