#include "store_lists.h"

#include <decapod/base/reflect.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <limits>

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kCountMost = 10'000;

// How a sort orders, and the rows that come after a given one: its key is ?13 to ?16, its id ?17. Comparing row values
// lets SQLite seek in the index.
struct Order {
  std::string_view by;
  std::string_view after;        // where live and ended items are wanted
  std::string_view after_alike;  // where only one of the two is
};

constexpr std::string_view kByTime = "((i.created_at, i.id) < (?13, ?17) AND ?14 + ?15 + ?16 IS NOT NULL)";
constexpr std::string_view kByChange = "((i.updated_at, i.id) < (?13, ?17) AND ?14 + ?15 + ?16 IS NOT NULL)";
constexpr Order kByUrgency{
    "i.live DESC, i.priority, i.due_rank, i.created_at, i.id",
    "(i.live < ?13 OR (i.live = ?13 AND (i.priority, i.due_rank, i.created_at, i.id) > (?14, ?15, ?16, ?17)))",
    "((i.priority, i.due_rank, i.created_at, i.id) > (?14, ?15, ?16, ?17) AND ?13 IS NOT NULL)"};
constexpr Order kByCreation{"i.created_at DESC, i.id DESC", kByTime, kByTime};
constexpr Order kByUpdate{"i.updated_at DESC, i.id DESC", kByChange, kByChange};

Order const& order_of(Sort sort) {
  switch (sort) {
    case Sort::created:
      return kByCreation;
    case Sort::updated:
      return kByUpdate;
    case Sort::urgency:
      break;
  }
  return kByUrgency;
}

PageEnd end_of(Item const& item, Sort sort) {
  PageEnd end{.key = {}, .id = item.id};
  switch (sort) {
    case Sort::created:
      end.key[0] = item.created_at.ms;
      break;
    case Sort::updated:
      end.key[0] = item.updated_at.ms;
      break;
    case Sort::urgency:
      end.key = {rules::is_live(item.status) ? 1 : 0, item.priority,
                 item.due ? item.due->ms : std::numeric_limits<std::int64_t>::max(), item.created_at.ms};
      break;
  }
  return end;
}

using Statuses = std::bitset<reflect::enumerator_count<Status>>;

Statuses wanted(List const& request) {
  Statuses set;
  if (request.all == All::yes) return set.set();
  for (auto const status : request.status) set.set(static_cast<std::size_t>(status));
  if (set.none()) set.set(static_cast<std::size_t>(Status::open)).set(static_cast<std::size_t>(Status::claimed));
  return set;
}

bool has(Statuses const& set, Status status) {
  return set.test(static_cast<std::size_t>(status));
}

// Whether a claimed row's lease has ended: ?10 this boot, ?11 its time, ?12 wall time.
constexpr std::string_view kLapsed =
    "CASE WHEN i.lease_boot_id = ?10 AND ?10 <> '' THEN i.lease_boot_ms <= ?11 ELSE i.lease_wall_ms <= ?12 END";

bool wants_live(Statuses const& set) {
  return has(set, Status::open) || has(set, Status::claimed);
}
// Only live items, or only ended ones.
bool are_alike(Statuses const& set) {
  return wants_live(set) != (has(set, Status::done) || has(set, Status::archived));
}

// ?1 open, ?2 claimed, ?3 done, ?4 archived: wanted or not. Under the sorts by time the plus sign keeps SQLite from
// taking the index of urgency and sorting afterwards.
std::string status_condition(Statuses const& set, Sort sort) {
  std::string text(are_alike(set) && sort != Sort::urgency ? "+" : "");
  if (are_alike(set)) text += wants_live(set) ? "i.live = 1 AND " : "i.live = 0 AND ";
  text += "CASE i.status WHEN 'open' THEN ?1 WHEN 'claimed' THEN CASE WHEN ";
  text += kLapsed;
  return text += " THEN ?1 ELSE ?2 END WHEN 'done' THEN ?3 ELSE ?4 END";
}

// A parameter that a list does not use must still occur in its text.
std::string when(bool used, std::string_view condition, int parameter) {
  if (used) return " AND " + std::string(condition);
  return " AND ?" + std::to_string(parameter) + " IS NULL";
}

std::string conditions(List const& request, Statuses const& set) {
  auto text = "FROM todo_item i WHERE " + status_condition(set, request.sort);
  text += when(request.type.has_value(), "i.type = ?5", 5);
  text += when(request.label.has_value(), "i.number IN (SELECT item FROM todo_label WHERE label = ?6)", 6);
  text += when(request.priority.has_value(), "i.priority <= ?7", 7);
  text += when(request.parent.has_value(),
               "i.number IN (SELECT target FROM todo_link WHERE kind = 'parent-child' AND source = ?8)", 8);
  text += when(request.holder.has_value(), "i.status = 'claimed' AND i.holder = ?9", 9);
  return text;
}

std::string text_condition(List const& request, int parameter) {
  auto const name = "?" + std::to_string(parameter);
  return request.text ? " AND instr(lower(i.title), lower(" + name + ")) > 0" : " AND " + name + " IS NULL";
}

// Binds what conditions() and the order need, in the order of their numbers.
class Binding {
 public:
  Binding(List const& request, Statuses const& set, std::optional<std::int64_t> parent, Instant const& now)
      : request_(request), set_(set), parent_(parent), now_(now) {
    if (request.type) type_ = to_text(*request.type);
  }

  template <class... More>
  storage::Rows query(Database& database, std::string const& sql, More const&... more) const {
    return database.query(sql, has(set_, Status::open), has(set_, Status::claimed), has(set_, Status::done),
                          has(set_, Status::archived), type_, request_.label, request_.priority, parent_,
                          request_.holder, now_.boot_id, now_.boot.ms, now_.wall, more...);
  }

 private:
  List const& request_;
  Statuses set_;
  std::optional<std::int64_t> parent_;
  Instant const& now_;
  std::optional<std::string_view> type_;
};

std::int64_t count(Database& database, List const& request, Statuses const& set, Binding const& bound) {
  auto const sql = "SELECT count(*) FROM (SELECT 1 " + conditions(request, set) + text_condition(request, 13) +
                   " LIMIT " + std::to_string(kCountMost + 1) + ")";
  auto rows = bound.query(database, sql, request.text);
  rows.next();
  return rows.integer(0);
}

void count_by(Database& database, std::string_view sql, std::map<std::string, std::int64_t>& into) {
  auto rows = database.query(sql);
  while (rows.next()) into[rows.text(0)] += rows.integer(1);
}

}  // namespace

Page list(Database& database, List const& request, std::optional<std::int64_t> parent,
          std::optional<PageEnd> const& after, Instant const& now) {
  auto const set = wanted(request);
  Binding const bound(request, set, parent, now);
  auto const& order = order_of(request.sort);
  PageEnd const from = after.value_or(PageEnd{});
  std::string tail = conditions(request, set);
  tail += " AND ";
  if (after)
    tail += are_alike(set) ? order.after_alike : order.after;
  else
    tail += "?13 + ?14 + ?15 + ?16 + ?17 IS NOT NULL";
  tail += text_condition(request, 18);
  tail += " ORDER BY ";
  tail += order.by;
  tail += " LIMIT ?19";

  Page page;
  {
    auto rows = bound.query(database, select_items(tail), from.key[0], from.key[1], from.key[2], from.key[3], from.id,
                            request.text, request.limit + 1);
    while (rows.next()) page.items.push_back(row_to_item(rows));
  }
  if (static_cast<std::int64_t>(page.items.size()) > request.limit) {
    page.items.pop_back();
    page.end = end_of(page.items.back(), request.sort);
  }
  page.total = count(database, request, set, bound);
  if (page.total > kCountMost) {
    page.total = kCountMost;
    page.counted = Counted::at_least;
  }
  return page;
}

namespace {

// To rank a match is to read it and all others: where there are more, the latest stand for them, and none is ranked.
constexpr std::int64_t kRankedMost = 1000;

enum class Ranking : std::uint8_t { by_relevance, latest_first };

Ranking ranking_of(Database& database, std::string_view query) {
  auto rows = database.query("SELECT count(*) FROM (SELECT 1 FROM todo_search WHERE todo_search MATCH ? LIMIT ?)",
                             query, kRankedMost + 1);
  rows.next();
  return rows.integer(0) > kRankedMost ? Ranking::latest_first : Ranking::by_relevance;
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
                             std::to_string(kRankedMost));
  auto const ranking = ranking_of(database, query);
  Matches found;
  if (ranking == Ranking::latest_first) found.truncated = Truncated::yes;
  auto rows =
      database.query(ranking == Ranking::latest_first ? latest_first : by_relevance, query, all == All::yes, limit + 1);
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
