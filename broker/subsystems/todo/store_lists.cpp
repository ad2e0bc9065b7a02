#include "store_lists.h"

#include <decapod/base/reflect.h>
#include <decapod/lookup/search.h>

namespace decapod::todo::store {
namespace {

// Whether a claimed row's lease has ended: ?10 this boot, ?11 its time, ?12 wall time.
constexpr std::string_view kLapsed =
    "CASE WHEN i.lease_boot_id = ?10 AND ?10 <> '' THEN i.lease_boot_ms <= ?11 ELSE i.lease_wall_ms <= ?12 END";

void count_by(Database& database, std::string_view sql, std::map<std::string, std::int64_t>& into) {
  auto rows = database.query(sql);
  while (rows.next()) into[rows.text(0)] += rows.integer(1);
}

// Each item once, with what its best document says. ?1 query, ?2 archived ones too, ?3 how many items.
std::string search_sql(std::string_view score, std::string_view matches) {
  // A document belongs to an item by its row number: even ones are items, odd ones comments.
  std::string sql(
      "FROM (SELECT CASE WHEN doc % 2 = 0 THEN doc / 2"
      " ELSE (SELECT item FROM todo_comment WHERE number = doc / 2) END AS item, min(");
  sql += score;
  sql += ") AS best FROM (";
  sql += matches;
  return select_items(sql +=
                      ") GROUP BY 1) m JOIN todo_item i ON i.number = m.item"
                      " WHERE i.status <> 'archived' OR ?2 ORDER BY m.best, i.id LIMIT ?3");
}

}  // namespace

Matches search(Database& database, std::string_view query, All all, std::int64_t limit) {
  static std::string const by_relevance =
      search_sql("rank", "SELECT rowid AS doc, rank FROM todo_search WHERE todo_search MATCH ?1");
  static std::string const latest_first =
      search_sql("-doc", "SELECT rowid AS doc FROM todo_search WHERE todo_search MATCH ?1 ORDER BY rowid DESC LIMIT " +
                             std::to_string(lookup::kRankedMost));
  auto const ranking = lookup::ranking_of(database, "todo_search", query);
  Matches found;
  if (ranking == lookup::Ranking::latest_first) found.truncated = Truncated::yes;
  auto rows = database.query(ranking == lookup::Ranking::latest_first ? latest_first : by_relevance, query,
                             all == All::yes, limit + 1);
  while (rows.next()) found.items.push_back(row_to_item(rows));
  if (static_cast<std::int64_t>(found.items.size()) > limit) {
    found.items.pop_back();
    found.truncated = Truncated::yes;
  }
  return found;
}

StatsReply stats(Database& database, Instant const& now) {
  StatsReply reply;
  for (auto const name : reflect::enum_views<Status>) reply.by_status[std::string(name)] = 0;
  count_by(database, "SELECT status, count(*) FROM todo_item GROUP BY status", reply.by_status);
  count_by(database, "SELECT type, count(*) FROM todo_item WHERE live = 1 GROUP BY type", reply.by_type);
  count_by(database, "SELECT priority, count(*) FROM todo_item WHERE live = 1 GROUP BY priority", reply.by_priority);
  for (auto const& [status, items] : reply.by_status) reply.total += items;

  static std::string const sql =
      "SELECT count(*) FILTER (WHERE i.status = 'claimed' AND " + std::string(kLapsed) +
      "), count(*) FILTER (WHERE i.open_blockers > 0 AND (i.status = 'open' OR " + std::string(kLapsed) +
      ")), count(*) FILTER (WHERE i.defer_until > ?12 AND i.open_blockers = 0 AND (i.status = 'open' OR " +
      std::string(kLapsed) + ")) FROM todo_item i WHERE i.live = 1 AND ?1 + ?2 + ?3 + ?4 + ?5 + ?6 + ?7 + ?8 + ?9 = 0";
  {
    auto rows = database.query(sql, 0, 0, 0, 0, 0, 0, 0, 0, 0, now.boot_id, now.boot.ms, now.wall);
    rows.next();
    reply.expired = rows.integer(0);
    reply.blocked = rows.integer(1);
    reply.deferred = rows.integer(2);
  }
  reply.by_status["claimed"] -= reply.expired;
  reply.by_status["open"] += reply.expired;
  reply.ready = reply.by_status["open"] - reply.blocked - reply.deferred;

  static std::string const holders =
      "SELECT i.holder, count(*) AS held FROM todo_item i WHERE i.status = 'claimed' AND NOT (" + std::string(kLapsed) +
      ") AND ?1 + ?2 + ?3 + ?4 + ?5 + ?6 + ?7 + ?8 + ?9 = 0 GROUP BY i.holder ORDER BY held DESC, i.holder LIMIT 20";
  auto rows = database.query(holders, 0, 0, 0, 0, 0, 0, 0, 0, 0, now.boot_id, now.boot.ms, now.wall);
  while (rows.next()) reply.by_holder[rows.text(0)] = rows.integer(1);
  return reply;
}

}  // namespace decapod::todo::store
