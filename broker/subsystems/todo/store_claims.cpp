#include "store_claims.h"

#include <decapod/base/reflect.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "store_tally.h"

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kWokenAtOnce = 256;
constexpr std::int64_t kCountedMost = 10'000;

// ?1 type, ?2 label, ?3 priority, ?4 parent: NULL does not narrow.
constexpr std::string_view kNarrow =
    " AND (?1 IS NULL OR i.type = ?1)"
    " AND (?2 IS NULL OR EXISTS (SELECT 1 FROM todo_label WHERE item = i.number AND label = ?2))"
    " AND (?3 IS NULL OR i.priority <= ?3)"
    " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM todo_link WHERE kind = 'parent-child' AND source = ?4"
    " AND target = i.number))";

std::string narrowed(std::string_view where, std::string_view tail) {
  std::string text(where);
  text += kNarrow;
  return select_items(text += tail);
}

bool goes_first(Item const& a, Item const& b) {
  auto const key = [](Item const& item) {
    return std::tuple(item.priority, item.due ? item.due->ms : std::numeric_limits<std::int64_t>::max(),
                      item.created_at.ms, std::string_view(item.id));
  };
  return key(a) < key(b);
}

struct Bound {
  std::optional<std::string_view> type;
  ReadyFilter const& filter;
  explicit Bound(ReadyFilter const& f) : filter(f) {
    if (f.type) type = to_text(*f.type);
  }
};

std::string first_in_queue(std::string_view what) {
  return "SELECT " + std::string(what) +
         " FROM todo_item INDEXED BY todo_item_ready WHERE status = 'open' AND open_blockers = 0 AND asleep = 0"
         " ORDER BY priority, due_rank, created_at, id LIMIT ";
}

// The deferral may lie ahead again when the wall clock was set back: the last condition looks at it anew.
constexpr std::string_view kStillAwake =
    " AND (i.defer_until IS NULL OR i.defer_until <= ?5) ORDER BY i.priority, i.due_rank, i.created_at, i.id LIMIT ?6";

void add_open(Database& database, Bound const& by, Timestamp now, std::int64_t limit, Reach reach,
              std::vector<Item>& into) {
  static std::string const whole = narrowed(
      "FROM todo_item i INDEXED BY todo_item_ready WHERE i.status = 'open' AND i.open_blockers = 0 AND i.asleep = 0",
      kStillAwake);
  static std::string const beginning = narrowed("FROM (" + first_in_queue("number") + std::to_string(kBeginning) +
                                                    ") s CROSS JOIN todo_item i ON i.number = s.number WHERE 1",
                                                kStillAwake);
  auto rows = database.query(reach == Reach::whole || by.filter.is_empty() ? whole : beginning, by.type,
                             by.filter.label, by.filter.priority, by.filter.parent, now, limit);
  while (rows.next()) into.push_back(row_to_item(rows));
}

// What has lapsed is found by the index of its time; of that, SQLite keeps no more than the best `limit`.
constexpr std::string_view kBestOfThem = " ORDER BY i.priority, i.due_rank, i.created_at, i.id LIMIT ?6";

void add_woken(Database& database, Bound const& by, Timestamp now, std::int64_t limit, std::vector<Item>& into) {
  static std::string const sql = narrowed(
      "FROM todo_item i INDEXED BY todo_item_asleep WHERE i.asleep = 1 AND i.status = 'open' AND i.open_blockers = 0"
      " AND i.defer_until <= ?5",
      kBestOfThem);
  auto rows = database.query(sql, by.type, by.filter.label, by.filter.priority, by.filter.parent, now, limit);
  while (rows.next()) into.push_back(row_to_item(rows));
}

constexpr std::string_view kAwake = " AND i.open_blockers = 0 AND (i.defer_until IS NULL OR i.defer_until <= ?5)";

void add_expired(Database& database, Bound const& by, Instant const& now, std::int64_t limit, std::vector<Item>& into) {
  static std::string const this_boot = narrowed(
      "FROM todo_item i INDEXED BY todo_item_lease_boot WHERE i.status = 'claimed' AND i.lease_boot_id = ?7"
      " AND i.lease_boot_id <> '' AND i.lease_boot_ms <= ?8" +
          std::string(kAwake),
      kBestOfThem);
  {
    auto rows = database.query(this_boot, by.type, by.filter.label, by.filter.priority, by.filter.parent, now.wall,
                               limit, now.boot_id, now.boot.ms);
    while (rows.next()) into.push_back(row_to_item(rows));
  }
  static std::string const other_boot = narrowed(
      "FROM todo_item i INDEXED BY todo_item_lease_wall WHERE i.status = 'claimed' AND i.lease_wall_ms <= ?5"
      " AND (i.lease_boot_id <> ?7 OR i.lease_boot_id = '')" +
          std::string(kAwake),
      kBestOfThem);
  auto rows = database.query(other_boot, by.type, by.filter.label, by.filter.priority, by.filter.parent, now.wall,
                             limit, now.boot_id);
  while (rows.next()) into.push_back(row_to_item(rows));
}

std::int64_t count_to(Database& database, std::string_view where) {
  auto rows = database.query("SELECT count(*) FROM (SELECT 1 FROM todo_item WHERE " + std::string(where) + " LIMIT ?)",
                             kCountedMost);
  rows.next();
  return rows.integer(0);
}

}  // namespace

std::vector<Item> ready(Database& database, ReadyFilter const& filter, Instant const& now, std::int64_t limit,
                        Reach reach) {
  std::vector<Item> found;
  Bound const by(filter);
  add_open(database, by, now.wall, limit, reach, found);
  add_woken(database, by, now.wall, limit, found);
  add_expired(database, by, now, limit, found);
  std::ranges::sort(found, goes_first);
  if (static_cast<std::int64_t>(found.size()) > limit) found.resize(static_cast<std::size_t>(limit));
  return found;
}

std::vector<Item> handed_over(Database& database, std::string_view actor, ReadyFilter const& filter, Instant const& now,
                              std::int64_t limit) {
  static std::string const sql = narrowed(
      "FROM todo_item i INDEXED BY todo_item_holder WHERE i.status = 'claimed' AND i.holder = ?5 AND i.session IS NULL"
      " AND CASE WHEN i.lease_boot_id = ?7 AND ?7 <> '' THEN i.lease_boot_ms > ?8 ELSE i.lease_wall_ms > ?9 END",
      kBestOfThem);
  Bound const by(filter);
  std::vector<Item> found;
  auto rows = database.query(sql, by.type, filter.label, filter.priority, filter.parent, actor, limit, now.boot_id,
                             now.boot.ms, now.wall);
  while (rows.next()) found.push_back(row_to_item(rows));
  return found;
}

bool goes_beyond_beginning(Database& database) {
  static std::string const sql = "SELECT count(*) FROM (" + first_in_queue("1") + "?)";
  auto rows = database.query(sql, kBeginning + 1);
  rows.next();
  return rows.integer(0) > kBeginning;
}

NotReady not_ready(Database& database) {
  return {.blocked = count_to(database, "live = 1 AND status = 'open' AND open_blockers > 0"),
          .claimed = count_to(database, "status = 'claimed' AND holder IS NOT NULL"),
          .deferred = count_to(database, "asleep = 1")};
}

void wake(Database& database, Timestamp now) {
  static std::string const sql =
      "UPDATE todo_item SET asleep = 0 WHERE number IN"
      " (SELECT number FROM todo_item WHERE asleep = 1 AND defer_until <= ? ORDER BY defer_until LIMIT ?) RETURNING " +
      std::string(kKindColumns);
  Tally kinds;
  {
    auto rows = database.query(sql, now, kWokenAtOnce);
    while (rows.next()) {
      auto kind = read_kind(rows);
      ++kinds[kind];
      kind.asleep = 1;
      --kinds[kind];
    }
  }
  change_tally(database, kinds);
}

std::vector<Item> expired(Database& database, Instant const& now, std::int64_t limit) {
  std::vector<Item> found;
  static std::string const this_boot = select_items(
      "FROM todo_item i INDEXED BY todo_item_lease_boot WHERE i.status = 'claimed' AND i.lease_boot_id = ?"
      " AND i.lease_boot_id <> '' AND i.lease_boot_ms <= ? ORDER BY i.lease_boot_ms LIMIT ?");
  {
    auto rows = database.query(this_boot, now.boot_id, now.boot.ms, limit);
    while (rows.next()) found.push_back(row_to_item(rows));
  }
  static std::string const other_boot = select_items(
      "FROM todo_item i INDEXED BY todo_item_lease_wall WHERE i.status = 'claimed' AND i.lease_wall_ms <= ?"
      " AND (i.lease_boot_id <> ? OR i.lease_boot_id = '') ORDER BY i.lease_wall_ms LIMIT ?");
  {
    auto rows = database.query(other_boot, now.wall, now.boot_id, limit);
    while (rows.next()) found.push_back(row_to_item(rows));
  }
  std::ranges::sort(found, [](Item const& a, Item const& b) {
    return std::tuple(a.holding->lease.wall.ms, std::string_view(a.id)) <
           std::tuple(b.holding->lease.wall.ms, std::string_view(b.id));
  });
  if (static_cast<std::int64_t>(found.size()) > limit) found.resize(static_cast<std::size_t>(limit));
  return found;
}

std::optional<Timestamp> next_change(Database& database, Instant const& now) {
  std::optional<Timestamp> earliest;
  auto const note = [&](std::optional<Timestamp> time) {
    if (time && (!earliest || *time < *earliest)) earliest = time;
  };
  {
    auto rows = database.query(
        "SELECT min(lease_boot_ms) FROM todo_item INDEXED BY todo_item_lease_boot"
        " WHERE status = 'claimed' AND lease_boot_id = ? AND lease_boot_id <> '' AND lease_boot_ms > ?",
        now.boot_id, now.boot.ms);
    if (rows.next() && !rows.is_null(0)) note(now.wall + Millis(rows.integer(0) - now.boot.ms));
  }
  {
    auto rows = database.query(
        "SELECT min(lease_wall_ms) FROM todo_item INDEXED BY todo_item_lease_wall"
        " WHERE status = 'claimed' AND lease_wall_ms > ?",
        now.wall);
    if (rows.next()) note(rows.optional_time(0));
  }
  {
    auto rows = database.query("SELECT min(defer_until) FROM todo_item WHERE asleep = 1 AND defer_until > ?", now.wall);
    if (rows.next()) note(rows.optional_time(0));
  }
  {
    // Awake, and asleep again since the wall clock was set back. A store of before the index may be one that cannot be
    // written.
    auto rows = database.query(
        "SELECT min(defer_until) FROM todo_item WHERE status = 'open' AND open_blockers = 0 AND asleep = 0 AND "
        "defer_until > ?",
        now.wall);
    if (rows.next()) note(rows.optional_time(0));
  }
  {
    // The same of claimed items: one whose lease has ended counts as open.
    auto rows = database.query(
        "SELECT min(defer_until) FROM todo_item WHERE status = 'claimed' AND asleep = 0 AND defer_until > ?", now.wall);
    if (rows.next()) note(rows.optional_time(0));
  }
  return earliest;
}

}  // namespace decapod::todo::store
