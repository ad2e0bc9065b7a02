#include "store_stats.h"

#include <decapod/base/reflect.h>

#include "store_tally.h"

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kClaimsMost = 5'000;       // each is looked up: about ten milliseconds of work
constexpr std::int64_t kDeferralsMost = 100'000;  // the index alone tells: about five
constexpr int kHoldersMost = 20;

// Claims whose lease has ended: the table keeps them as claimed until somebody takes them.
struct Ended {
  std::int64_t claims = 0;
  std::int64_t blocked = 0;
  std::int64_t deferred = 0;
};

// `leases` is a range of an index, of which `ended` are counted. ?1 this boot, ?2 its time, ?3 wall time, ?4 how many
// to look at.
std::string count_ended_sql(std::string_view leases, std::string_view ended) {
  std::string sql =
      "SELECT coalesce(sum(ended), 0), coalesce(sum(ended AND open_blockers > 0), 0),"
      " coalesce(sum(ended AND open_blockers = 0 AND defer_until > ?3), 0) FROM (SELECT ";
  sql += ended;
  sql += " AS ended, open_blockers, defer_until FROM todo_item INDEXED BY ";
  sql += leases;
  return sql += " LIMIT ?4)";
}

Ended ended_claims(Database& database, Instant const& now) {
  static std::string const this_boot = count_ended_sql(
      "todo_item_lease_boot WHERE status = 'claimed' AND lease_boot_id = ?1 AND lease_boot_id <> ''"
      " AND lease_boot_ms <= ?2",
      "1");
  static std::string const other_boot =
      count_ended_sql("todo_item_lease_wall WHERE status = 'claimed' AND lease_wall_ms <= ?3",
                      "lease_boot_id <> ?1 OR lease_boot_id = ''");
  Ended ended;
  for (std::string_view const sql : {this_boot, other_boot}) {
    auto rows = database.query(sql, now.boot_id, now.boot.ms, now.wall, kClaimsMost);
    rows.next();
    ended.claims += rows.integer(0);
    ended.blocked += rows.integer(1);
    ended.deferred += rows.integer(2);
  }
  return ended;
}

// Deferrals of open items that the clock has changed since they were written.
struct Misjudged {
  std::int64_t awake = 0;   // their time has come
  std::int64_t asleep = 0;  // it lies ahead again, because the wall clock was set back
};

// By todo_item_deferral, where there is one: a store of before it may be one that cannot be written.
Misjudged misjudged_deferrals(Database& database, Timestamp now) {
  auto const count = [&](std::string_view sql) {
    auto rows = database.query(sql, now, kDeferralsMost + 1);
    rows.next();
    return rows.integer(0);
  };
  return {.awake = count("SELECT count(*) FROM (SELECT 1 FROM todo_item WHERE"
                         " status = 'open' AND open_blockers = 0 AND asleep = 1 AND defer_until <= ?1 LIMIT ?2)"),
          .asleep = count("SELECT count(*) FROM (SELECT 1 FROM todo_item WHERE"
                          " status = 'open' AND open_blockers = 0 AND asleep = 0 AND defer_until > ?1 LIMIT ?2)")};
}

void name_holders(Database& database, Instant const& now, StatsReply& reply) {
  auto rows = database.query(
      "SELECT holder, count(*) AS held FROM (SELECT holder, CASE WHEN lease_boot_id = ?1 AND ?1 <> ''"
      " THEN lease_boot_ms > ?2 ELSE lease_wall_ms > ?3 END AS in_force FROM todo_item INDEXED BY todo_item_holder"
      " WHERE status = 'claimed' LIMIT ?4) WHERE in_force GROUP BY holder ORDER BY held DESC, holder LIMIT ?5",
      now.boot_id, now.boot.ms, now.wall, kClaimsMost, kHoldersMost);
  while (rows.next()) reply.by_holder[rows.text(0)] = rows.integer(1);
}

void add_kind(Kind const& kind, std::int64_t items, StatsReply& reply) {
  reply.total += items;
  reply.by_status[kind.status] += items;
  if (kind.status != to_text(Status::open) && kind.status != to_text(Status::claimed)) return;
  reply.by_type[kind.type] += items;
  reply.by_priority[std::to_string(kind.priority)] += items;
  if (kind.status != to_text(Status::open)) return;
  if (kind.blocked > 0) {
    reply.blocked += items;
  } else if (kind.asleep > 0) {
    reply.deferred += items;
  }
}

}  // namespace

StatsReply stats(Database& database, Instant const& now) {
  StatsReply reply;
  for (auto const name : reflect::enum_views<Status>) reply.by_status[std::string(name)] = 0;
  for (auto const& [kind, items] : has_tally(database) ? read_tally(database) : count_items(database)) {
    if (items != 0) add_kind(kind, items, reply);
  }
  auto const claimed = reply.by_status["claimed"];
  auto const ended = ended_claims(database, now);
  auto const misjudged = misjudged_deferrals(database, now.wall);
  reply.expired = ended.claims;
  reply.blocked += ended.blocked;
  reply.deferred += ended.deferred - misjudged.awake + misjudged.asleep;
  reply.by_status["claimed"] -= reply.expired;
  reply.by_status["open"] += reply.expired;
  reply.ready = reply.by_status["open"] - reply.blocked - reply.deferred;
  name_holders(database, now, reply);
  // No more leases can have ended than there are claims.
  bool const exact = claimed <= kClaimsMost && misjudged.awake <= kDeferralsMost && misjudged.asleep <= kDeferralsMost;
  reply.counted = exact ? Counted::exactly : Counted::at_least;
  return reply;
}

}  // namespace decapod::todo::store
