#pragma once
// Items in the store: one row each, with description, labels and comments. Everything here throws storage::Failure.

#include <decapod/contract/context.h>
#include <decapod/todo/views.h>

#include "rules.h"

namespace decapod::todo::store {

using storage::Database;

// A row of todo_item.
struct Item {
  std::int64_t number = 0;
  std::string id;
  std::string title;
  ItemType type = ItemType::task;
  int priority = kPriorityDefault;
  Status status = Status::open;
  std::int64_t open_blockers = 0;
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;
  std::optional<std::string> external_ref;
  Timestamp created_at;
  std::string created_by;
  Timestamp updated_at;
  std::optional<Timestamp> done_at;
  std::optional<std::string> done_by;
  std::optional<std::string> reason;
  std::map<std::string, std::string> origin;
  std::int64_t token = 0;                 // of the latest claim; 0: never claimed
  std::optional<rules::Holding> holding;  // exactly while status is claimed

  rules::Holding const* held() const { return holding ? &*holding : nullptr; }
};

// The columns that row_to_item() reads, from column `first` on, of a query whose item table is called i.
inline constexpr std::string_view kItemColumns =
    " i.number, i.id, i.title, i.type, i.priority, i.status, i.open_blockers, i.due, i.defer_until, i.external_ref,"
    " i.created_at, i.created_by, i.updated_at, i.done_at, i.done_by, i.reason, i.origin, i.token, i.holder, i.session,"
    " i.claimed_at, i.lease_boot_id, i.lease_boot_ms, i.lease_wall_ms ";
inline constexpr int kItemColumnCount = 24;
Item row_to_item(storage::Rows const& rows, int first = 0);

// "SELECT" + kItemColumns + tail.
std::string select_items(std::string_view tail);

std::optional<Item> find(Database& database, std::int64_t number);
std::optional<Item> find_exactly(Database& database, std::string_view id);

// Inserts the item with its description and labels; returns its number. What search needs may come later
// (store_index.h). `now` decides whether it is deferred. `item.number` and `item.open_blockers` are ignored.
std::int64_t insert(Database& database, Item const& item, std::string_view description,
                    std::vector<std::string> const& labels, Timestamp now);

enum class Order : std::uint8_t { kept, changed };
// Writes what an edit may change, and `now` as updated_at. A column that is set is taken out of its indexes and put
// back, whether or not its value is another: what the order of items goes by (priority, due, deferral) only if that
// changed.
void save_edit(Database& database, Item const& item, Order order, Timestamp now);
// Writes what people say about the item (title to origin, times); leaves where it stands.
void save_facts(Database& database, Item const& item, Timestamp now);
// Writes status, claim, how it ended and updated_at; leaves everything else.
void save_standing(Database& database, Item const& item);
void touch(Database& database, std::int64_t number, Timestamp now);  // updated_at alone

std::string description(Database& database, std::int64_t number);
void set_description(Database& database, std::int64_t number, std::string_view body);
std::vector<std::string> labels(Database& database, std::int64_t number);  // sorted
void set_labels(Database& database, std::int64_t number, std::vector<std::string> const& labels);

void add_comment(Database& database, std::int64_t number, CommentView const& comment);
std::int64_t count_comments(Database& database, std::int64_t number);
// The latest `limit`, oldest of them first.
std::vector<CommentView> comments(Database& database, std::int64_t number, std::int64_t limit);

}  // namespace decapod::todo::store
