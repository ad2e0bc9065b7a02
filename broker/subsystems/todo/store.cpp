#include "store.h"

#include <decapod/base/codec.h>

#include <algorithm>
#include <limits>

#include "store_index.h"
#include "store_tally.h"

namespace decapod::todo::store {
namespace {

constexpr std::int64_t kNeverDue = std::numeric_limits<std::int64_t>::max();

// What the schema's own CHECKs keep out cannot come back.
template <class E>
E read_enum(storage::Rows const& rows, int column) {
  return from_text<E>(rows.view(column)).value_or(E{});
}

std::int64_t due_rank(Item const& item) {
  return item.due ? item.due->ms : kNeverDue;
}

bool is_asleep(Item const& item, Timestamp now) {
  return item.defer_until && *item.defer_until > now;
}

std::map<std::string, std::string> read_origin(std::string_view text) {
  if (text == "{}") return {};
  auto const parsed = parse_json(text, "the stored origin");
  if (!parsed) return {};
  auto origin = codec::decode<std::map<std::string, std::string>>(*parsed, codec::Unknown::ignore);
  return origin ? *std::move(origin) : std::map<std::string, std::string>{};
}

std::optional<rules::Holding> read_holding(storage::Rows const& rows, int first, std::int64_t token) {
  if (rows.is_null(first)) return std::nullopt;
  return rules::Holding{.holder = rows.text(first),
                        .session = rows.optional_text(first + 1),
                        .token = token,
                        .claimed_at = rows.time(first + 2),
                        .lease = {rows.text(first + 3), BootTime{rows.integer(first + 4)}, rows.time(first + 5)}};
}

void add_labels(Database& database, std::int64_t number, std::vector<std::string> const& words) {
  for (auto const& word : words) {
    database.execute("INSERT OR IGNORE INTO todo_label (item, label) VALUES (?, ?)", number, word);
  }
}

// An UPDATE of one item, after which it may be of another kind. Asked for afterwards: a RETURNING makes SQLite keep
// what every page was that the statement writes, in case it should fail half-way.
template <class... Values>
void update_item(Database& database, std::int64_t number, std::string_view set, Values const&... values) {
  Tally change;
  --change[kind_of(database, number)];
  database.execute("UPDATE todo_item SET " + std::string(set) + " WHERE number = ?", values..., number);
  ++change[kind_of(database, number)];
  change_tally(database, change);
}

}  // namespace

std::string select_items(std::string_view tail) {
  std::string sql = "SELECT";
  sql += kItemColumns;
  return sql += tail;
}

Item row_to_item(storage::Rows const& rows, int first) {
  auto const token = rows.integer(first + 17);
  return {.number = rows.integer(first),
          .id = rows.text(first + 1),
          .title = rows.text(first + 2),
          .type = read_enum<ItemType>(rows, first + 3),
          .priority = static_cast<int>(rows.integer(first + 4)),
          .status = read_enum<Status>(rows, first + 5),
          .open_blockers = rows.integer(first + 6),
          .due = rows.optional_time(first + 7),
          .defer_until = rows.optional_time(first + 8),
          .external_ref = rows.optional_text(first + 9),
          .created_at = rows.time(first + 10),
          .created_by = rows.text(first + 11),
          .updated_at = rows.time(first + 12),
          .done_at = rows.optional_time(first + 13),
          .done_by = rows.optional_text(first + 14),
          .reason = rows.optional_text(first + 15),
          .origin = read_origin(rows.view(first + 16)),
          .token = token,
          .holding = read_holding(rows, first + 18, token)};
}

std::optional<Item> find(Database& database, std::int64_t number) {
  static std::string const sql = select_items("FROM todo_item i WHERE i.number = ?");
  auto rows = database.query(sql, number);
  if (!rows.next()) return std::nullopt;
  return row_to_item(rows);
}

std::optional<Item> find_exactly(Database& database, std::string_view id) {
  static std::string const sql = select_items("FROM todo_item i WHERE i.id = ?");
  auto rows = database.query(sql, id);
  if (!rows.next()) return std::nullopt;
  return row_to_item(rows);
}

std::int64_t insert(Database& database, Item const& item, std::string_view body, std::vector<std::string> const& words,
                    Timestamp now) {
  database.execute(
      "INSERT INTO todo_item (id, title, type, priority, status, live, due, due_rank, defer_until, asleep,"
      " external_ref, created_at, created_by, updated_at, done_at, done_by, reason, origin)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      item.id, item.title, to_text(item.type), item.priority, to_text(item.status), rules::is_live(item.status),
      item.due, due_rank(item), item.defer_until, is_asleep(item, now), item.external_ref, item.created_at,
      item.created_by, item.updated_at, item.done_at, item.done_by, item.reason, to_text(codec::encode(item.origin)));
  auto const number = database.row_made();
  Kind const kind{.status = std::string(to_text(item.status)),
                  .type = std::string(to_text(item.type)),
                  .priority = item.priority,
                  .blocked = 0,
                  .asleep = is_asleep(item, now)};
  change_tally(database, {{kind, 1}});
  if (!body.empty()) set_description(database, number, body);
  add_labels(database, number, words);
  auto bytes = item.title.size() + body.size();
  for (auto const& word : words) bytes += word.size();
  index_in_turn(database, Texts::items, number, bytes);
  return number;
}

void save_edit(Database& database, Item const& item, Order order, Timestamp now) {
  auto const type = to_text(item.type);
  if (order == Order::kept) {
    return update_item(database, item.number, "title = ?, type = ?, external_ref = ?, updated_at = ?", item.title, type,
                       item.external_ref, now);
  }
  update_item(database, item.number,
              "title = ?, type = ?, external_ref = ?, updated_at = ?, priority = ?, due = ?, due_rank = ?,"
              " defer_until = ?, asleep = ?",
              item.title, type, item.external_ref, now, item.priority, item.due, due_rank(item), item.defer_until,
              is_asleep(item, now));
}

void save_facts(Database& database, Item const& item, Timestamp now) {
  update_item(database, item.number,
              "title = ?, type = ?, priority = ?, due = ?, due_rank = ?, defer_until = ?, asleep = ?, external_ref = ?,"
              " created_at = ?, created_by = ?, updated_at = ?, origin = ?",
              item.title, to_text(item.type), item.priority, item.due, due_rank(item), item.defer_until,
              is_asleep(item, now), item.external_ref, item.created_at, item.created_by, item.updated_at,
              to_text(codec::encode(item.origin)));
}

void save_standing(Database& database, Item const& item) {
  auto const* held = item.held();
  std::optional<std::string> holder, session, boot_id;
  std::optional<Timestamp> claimed_at, wall;
  std::optional<std::int64_t> boot_ms;
  if (held != nullptr) {
    holder = held->holder;
    session = held->session;
    claimed_at = held->claimed_at;
    boot_id = held->lease.boot_id;
    boot_ms = held->lease.boot.ms;
    wall = held->lease.wall;
  }
  update_item(
      database, item.number,
      "status = ?, live = ?, updated_at = ?, done_at = ?, done_by = ?, reason = ?, token = ?, holder = ?, session = ?,"
      " claimed_at = ?, lease_boot_id = ?, lease_boot_ms = ?, lease_wall_ms = ?",
      to_text(item.status), rules::is_live(item.status), item.updated_at, item.done_at, item.done_by, item.reason,
      item.token, holder, session, claimed_at, boot_id, boot_ms, wall);
}

void touch(Database& database, std::int64_t number, Timestamp now) {
  database.execute("UPDATE todo_item SET updated_at = ? WHERE number = ?", now, number);
}

std::string description(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT body FROM todo_description WHERE item = ?", number);
  return rows.next() ? rows.text(0) : std::string();
}

void set_description(Database& database, std::int64_t number, std::string_view body) {
  if (body.empty()) {
    database.execute("DELETE FROM todo_description WHERE item = ?", number);
    return;
  }
  database.execute(
      "INSERT INTO todo_description (item, body) VALUES (?, ?)"
      " ON CONFLICT (item) DO UPDATE SET body = excluded.body",
      number, body);
}

std::vector<std::string> labels(Database& database, std::int64_t number) {
  std::vector<std::string> found;
  auto rows = database.query("SELECT label FROM todo_label WHERE item = ? ORDER BY label", number);
  while (rows.next()) found.push_back(rows.text(0));
  return found;
}

void set_labels(Database& database, std::int64_t number, std::vector<std::string> const& words) {
  database.execute("DELETE FROM todo_label WHERE item = ?", number);
  add_labels(database, number, words);
}

void add_comment(Database& database, std::int64_t number, CommentView const& comment) {
  database.execute("INSERT INTO todo_comment (item, at, author, body) VALUES (?, ?, ?, ?)", number, comment.at,
                   comment.author, comment.text);
  index_in_turn(database, Texts::comments, database.row_made(), comment.text.size());
}

std::int64_t count_comments(Database& database, std::int64_t number) {
  auto rows = database.query("SELECT count(*) FROM todo_comment WHERE item = ?", number);
  rows.next();
  return rows.integer(0);
}

std::vector<CommentView> comments(Database& database, std::int64_t number, std::int64_t limit) {
  std::vector<CommentView> found;
  auto rows = database.query("SELECT at, author, body FROM todo_comment WHERE item = ? ORDER BY number DESC LIMIT ?",
                             number, limit);
  while (rows.next()) found.push_back({rows.time(0), rows.text(1), rows.text(2)});
  std::ranges::reverse(found);
  return found;
}

}  // namespace decapod::todo::store
