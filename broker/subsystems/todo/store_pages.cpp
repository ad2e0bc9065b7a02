// Pages of items. A page looks at a bounded stretch of the order that it is sorted by, whatever its filters let
// through: where they let through little, it is short, and its cursor goes on from where it looked last.

#include <decapod/base/reflect.h>

#include <bitset>
#include <limits>

#include "store_lists.h"

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kCountMost = 10'000;
// About ten milliseconds of work.
constexpr std::int64_t kLookedAtMost = 5'000;

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
bool wants_live(Statuses const& set) {
  return has(set, Status::open) || has(set, Status::claimed);
}
bool wants_ended(Statuses const& set) {
  return has(set, Status::done) || has(set, Status::archived);
}

// What one stretch consists of. Urgency orders live items before ended ones: two sides, one after the other.
enum class Side : std::uint8_t { live, ended, both };

std::vector<Side> sides_of(Statuses const& set, Sort sort) {
  if (wants_live(set) && wants_ended(set)) {
    return sort == Sort::urgency ? std::vector{Side::live, Side::ended} : std::vector{Side::both};
  }
  return {wants_live(set) ? Side::live : Side::ended};
}

// How a sort orders. ?13 to ?16 and ?17 are the key and id of the row before the stretch, ?18 to ?21 and ?22 those of
// its last row; row values, so that SQLite seeks in the index.
struct Order {
  std::string_view index;
  std::string_view columns;
  std::string_view by;
  std::string_view after;
  std::string_view until;
};

constexpr Order kByUrgency{"todo_item_urgency", "i.priority, i.due_rank, i.created_at, i.id",
                           "i.priority, i.due_rank, i.created_at, i.id",
                           "(i.priority, i.due_rank, i.created_at, i.id) > (?14, ?15, ?16, ?17)",
                           "(i.priority, i.due_rank, i.created_at, i.id) <= (?19, ?20, ?21, ?22)"};
constexpr Order kByCreation{"todo_item_created", "i.created_at, i.id", "i.created_at DESC, i.id DESC",
                            "(i.created_at, i.id) < (?13, ?17)", "(i.created_at, i.id) >= (?18, ?22)"};
constexpr Order kByUpdate{"todo_item_updated", "i.updated_at, i.id", "i.updated_at DESC, i.id DESC",
                          "(i.updated_at, i.id) < (?13, ?17)", "(i.updated_at, i.id) >= (?18, ?22)"};

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

// Where the rows come from: along the order's index, or from what one filter lets through, if that is little; then they
// are sorted.
enum class Source : std::uint8_t { order, label, parent, claims };

// Whether a claimed row's lease has ended: ?10 this boot, ?11 its time, ?12 wall time.
constexpr std::string_view kLapsed =
    "CASE WHEN i.lease_boot_id = ?10 AND ?10 <> '' THEN i.lease_boot_ms <= ?11 ELSE i.lease_wall_ms <= ?12 END";

std::string from(Source source, Order const& order) {
  switch (source) {
    case Source::label:
      return "FROM (SELECT item FROM todo_label WHERE label = ?6) s CROSS JOIN todo_item i ON i.number = s.item WHERE "
             "1";
    case Source::parent:
      return "FROM (SELECT target FROM todo_link WHERE kind = 'parent-child' AND source = ?8) s"
             " CROSS JOIN todo_item i ON i.number = s.target WHERE 1";
    case Source::claims:
      return "FROM todo_item i INDEXED BY todo_item_holder WHERE i.status = 'claimed'";
    case Source::order:
      break;
  }
  return "FROM todo_item i INDEXED BY " + std::string(order.index) + " WHERE 1";
}

std::string on(Side side) {
  if (side == Side::both) return "";
  return side == Side::live ? " AND i.live = 1" : " AND i.live = 0";
}

// ?1 open, ?2 claimed, ?3 done, ?4 archived: wanted or not. ?5 to ?9 are the filters.
std::string filters(List const& request) {
  std::string text = " AND CASE i.status WHEN 'open' THEN ?1 WHEN 'claimed' THEN CASE WHEN ";
  text += kLapsed;
  text += " THEN ?1 ELSE ?2 END WHEN 'done' THEN ?3 ELSE ?4 END";
  if (request.type) text += " AND i.type = ?5";
  if (request.label) text += " AND EXISTS (SELECT 1 FROM todo_label WHERE item = i.number AND label = ?6)";
  if (request.priority) text += " AND i.priority <= ?7";
  if (request.parent) {
    text += " AND EXISTS (SELECT 1 FROM todo_link WHERE kind = 'parent-child' AND source = ?8 AND target = i.number)";
  }
  if (request.holder) text += " AND i.status = 'claimed' AND i.holder = ?9";
  if (request.text) text += " AND instr(lower(i.title), lower(?23)) > 0";
  return text;
}

// Binds everything that a text may name; what a filter does not use is never looked at.
class Pages {
 public:
  Pages(Database& database, List const& request, std::optional<std::int64_t> parent, Instant const& now)
      : database_(database), request_(request), set_(wanted(request)), parent_(parent), now_(now) {
    if (request.type) type_ = to_text(*request.type);
    source_ = choose();
  }

  std::vector<Side> sides() const { return sides_of(set_, request_.sort); }

  // Adds the items of one stretch until there are `most`. Returns where it stopped looking, if there is more beyond.
  std::optional<PageEnd> look(Side side, std::optional<PageEnd> const& after, std::int64_t most,
                              std::vector<Item>& into) const {
    auto const until = end_of_stretch(side, after, kLookedAtMost);
    auto const sql = select_items(stretch(side, after, until) + " ORDER BY " + std::string(order().by) + " LIMIT ?24");
    auto rows = query(sql, after, until, most - static_cast<std::int64_t>(into.size()));
    while (rows.next()) into.push_back(row_to_item(rows));
    return until;
  }

  // How many there are on one side, and whether that was counted to its end.
  std::pair<std::int64_t, Counted> count(Side side) const {
    bool const filtered = is_filtered();
    auto const until = filtered ? end_of_stretch(side, std::nullopt, kLookedAtMost) : std::nullopt;
    // Unfiltered, the index alone tells.
    auto const rows_of = filtered ? stretch(side, std::nullopt, until) : from(Source::order, kByUrgency) + on(side);
    auto const sql = "SELECT count(*) FROM (SELECT 1 " + rows_of + " LIMIT ?24)";
    auto rows = query(sql, std::nullopt, until, kCountMost + 1);
    rows.next();
    return {rows.integer(0), until ? Counted::at_least : Counted::exactly};
  }

 private:
  Order const& order() const { return order_of(request_.sort); }

  bool takes_all(Side side) const {
    bool const live = side == Side::ended || (has(set_, Status::open) && has(set_, Status::claimed));
    bool const ended = side == Side::live || (has(set_, Status::done) && has(set_, Status::archived));
    return live && ended;
  }
  bool has_filter() const {
    return request_.type || request_.label || request_.priority || request_.parent || request_.holder || request_.text;
  }
  bool is_filtered() const {
    for (auto const side : sides()) {
      if (!takes_all(side)) return true;
    }
    return has_filter();
  }

  // The filter that lets through little, if there is one.
  Source choose() const {
    auto const is_little = [](storage::Rows rows) {
      rows.next();
      return rows.integer(0) <= kLookedAtMost;
    };
    if (request_.label &&
        is_little(database_.query("SELECT count(*) FROM (SELECT 1 FROM todo_label WHERE label = ? LIMIT ?)",
                                  *request_.label, kLookedAtMost + 1))) {
      return Source::label;
    }
    if (parent_ && is_little(database_.query("SELECT count(*) FROM (SELECT 1 FROM todo_link WHERE"
                                             " kind = 'parent-child' AND source = ? LIMIT ?)",
                                             *parent_, kLookedAtMost + 1))) {
      return Source::parent;
    }
    bool const claims_only = request_.holder || (has(set_, Status::claimed) && set_.count() == 1);
    if (claims_only &&
        is_little(database_.query("SELECT count(*) FROM (SELECT 1 FROM todo_item INDEXED BY todo_item_holder WHERE"
                                  " status = 'claimed' LIMIT ?)",
                                  kLookedAtMost + 1))) {
      return Source::claims;
    }
    return Source::order;
  }

  // The key of the last row of a stretch of `rows`; nullopt: there are no more than that.
  std::optional<PageEnd> end_of_stretch(Side side, std::optional<PageEnd> const& after, std::int64_t rows) const {
    if (source_ != Source::order) return std::nullopt;
    // An order by time has both sides in one, of which the unwanted one is looked at, too.
    auto const of_side = request_.sort == Sort::urgency ? on(side) : std::string();
    std::string sql = "SELECT " + std::string(order().columns) + ' ' + from(Source::order, order()) + of_side;
    if (after) sql += " AND " + std::string(order().after);
    sql += " ORDER BY " + std::string(order().by) + " LIMIT 2 OFFSET ?24";
    auto found = query(sql, after, std::nullopt, rows - 1);
    if (!found.next()) return std::nullopt;
    PageEnd end;
    bool const urgency = request_.sort == Sort::urgency;
    if (urgency) {
      end.key = {side == Side::live ? 1 : 0, found.integer(0), found.integer(1), found.integer(2)};
    } else {
      end.key[0] = found.integer(0);
    }
    end.id = found.text(urgency ? 3 : 1);
    if (!found.next()) return std::nullopt;
    return end;
  }

  std::string stretch(Side side, std::optional<PageEnd> const& after, std::optional<PageEnd> const& until) const {
    auto text = from(source_, order()) + on(side) + filters(request_);
    if (after) text += " AND " + std::string(order().after);
    if (until) text += " AND " + std::string(order().until);
    return text;
  }

  storage::Rows query(std::string const& sql, std::optional<PageEnd> const& after, std::optional<PageEnd> const& until,
                      std::int64_t last) const {
    PageEnd const low = after.value_or(PageEnd{});
    PageEnd const high = until.value_or(PageEnd{});
    return database_.query(sql, has(set_, Status::open), has(set_, Status::claimed), has(set_, Status::done),
                           has(set_, Status::archived), type_, request_.label, request_.priority, parent_,
                           request_.holder, now_.boot_id, now_.boot.ms, now_.wall, low.key[0], low.key[1], low.key[2],
                           low.key[3], low.id, high.key[0], high.key[1], high.key[2], high.key[3], high.id,
                           request_.text, last);
  }

  Database& database_;
  List const& request_;
  Statuses set_;
  std::optional<std::int64_t> parent_;
  Instant const& now_;
  std::optional<std::string_view> type_;
  Source source_ = Source::order;
};

void count_all(Pages const& pages, Page& page) {
  for (auto const side : pages.sides()) {
    auto const [total, counted] = pages.count(side);
    page.total += total;
    if (counted == Counted::at_least) page.counted = Counted::at_least;
  }
  if (page.total <= kCountMost) return;
  page.total = kCountMost;
  page.counted = Counted::at_least;
}

}  // namespace

Page list(Database& database, List const& request, std::optional<std::int64_t> parent,
          std::optional<PageEnd> const& after, Instant const& now) {
  Pages const pages(database, request, parent, now);
  bool const beyond_live = after && request.sort == Sort::urgency && after->key[0] == 0;
  Page page;
  auto start = after;
  for (auto const side : pages.sides()) {
    if (beyond_live && side == Side::live) continue;
    page.end = pages.look(side, start, request.limit + 1, page.items);
    if (static_cast<std::int64_t>(page.items.size()) > request.limit) {
      page.items.pop_back();
      page.end = end_of(page.items.back(), request.sort);
    }
    if (page.end) break;
    start.reset();
  }
  count_all(pages, page);
  return page;
}

}  // namespace decapod::todo::store
