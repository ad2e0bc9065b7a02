#include "store_index.h"

#include <decapod/storage/memory_tables.h>
#include <decapod/storage/migration.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "store.h"

namespace decapod::todo::store {
namespace {

constexpr int kCountedSince = 4;  // the version of the tables that brought the counters
constexpr auto kAll = std::numeric_limits<std::int64_t>::max();

// Whose turn it is: every so many writes one looks, and indexes twice as many if the next turn would find too many
// left.
constexpr std::int64_t kTurn = 8;
constexpr Portion kInTurn{.texts = 2 * kTurn, .bytes = 64 << 10};
constexpr std::size_t kLong = 1024;

constexpr Texts kTexts[] = {Texts::items, Texts::comments};

// A document of the index: an item has an even row number, a comment an odd one.
struct Document {
  std::int64_t row = 0;
  std::string title;
  std::string description;
  std::string labels;
  std::string comment;

  std::size_t bytes() const { return title.size() + description.size() + labels.size() + comment.size(); }
};

// Numbers are given out one by one: one of which the index has no row is none of ours.
std::int64_t row_of(Texts texts, std::int64_t number) {
  if (number >= 0 && number < kAll / 2) return number * 2 + (texts == Texts::comments ? 1 : 0);
  throw storage::Failure(ErrorCode::corrupt, 0,
                         "there is a number in the backlog that was never given out: " + std::to_string(number));
}

std::string_view counter_of(Texts texts) {
  return texts == Texts::items ? "indexed-item" : "indexed-comment";
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Document document_of_item(Database& database, std::int64_t number, std::string title) {
  return {.row = row_of(Texts::items, number),
          .title = std::move(title),
          .description = description(database, number),
          .labels = joined(labels(database, number)),
          .comment = {}};
}

// Those after `last`.
std::vector<Document> next_documents(Database& database, Texts texts, std::int64_t last, Portion const& portion) {
  std::vector<Document> documents;
  std::size_t bytes = 0;
  auto rows = database.query(texts == Texts::items
                                 ? "SELECT number, title FROM todo_item WHERE number > ? ORDER BY number LIMIT ?"
                                 : "SELECT number, body FROM todo_comment WHERE number > ? ORDER BY number LIMIT ?",
                             last, portion.texts);
  while (bytes < portion.bytes && rows.next()) {
    auto const number = rows.integer(0);
    documents.push_back(texts == Texts::items ? document_of_item(database, number, rows.text(1))
                                              : Document{.row = row_of(texts, number), .comment = rows.text(1)});
    bytes += documents.back().bytes();
  }
  return documents;
}

void put(Database& database, std::string_view index, Document const& document) {
  database.execute(
      "REPLACE INTO " + std::string(index) + " (rowid, title, description, labels, comment) VALUES (?, ?, ?, ?, ?)",
      document.row, document.title, document.description, document.labels, document.comment);
}

// Those that are there already are put in anew: a counter that was set back costs time and makes nothing wrong.
contract::Left index_next(Database& database, Texts texts, Portion const& portion) {
  auto const documents = next_documents(database, texts, last_indexed(database, texts), portion);
  if (documents.empty()) return contract::Left::nothing;
  for (auto const& document : documents) put(database, "todo_search", document);
  database.execute("UPDATE todo_counter SET value = ? WHERE name = ?", documents.back().row / 2, counter_of(texts));
  return contract::Left::more;
}

bool has_unindexed(Database& database, Texts texts) {
  auto rows = database.query(texts == Texts::items ? "SELECT max(number) FROM todo_item"
                                                   : "SELECT max(number) FROM todo_comment");
  return rows.next() && !rows.is_null(0) && rows.integer(0) > last_indexed(database, texts);
}

bool has_unindexed(Database& database) {
  return std::ranges::any_of(kTexts, [&](Texts texts) { return has_unindexed(database, texts); });
}

}  // namespace

bool has_index_counters(Database& database) {
  auto const versions = storage::current_versions(database);
  if (!versions) throw storage::Failure(versions.error().code, 0, versions.error().message);
  auto const todo = versions->subsystems.find("todo");
  return todo != versions->subsystems.end() && todo->second >= kCountedSince;
}

std::optional<std::int64_t> stored_last_indexed(Database& database, Texts texts) {
  auto rows = database.query("SELECT value FROM todo_counter WHERE name = ?", counter_of(texts));
  if (!rows.next()) return std::nullopt;
  return rows.integer(0);
}

std::int64_t last_indexed(Database& database, Texts texts) {
  if (auto const last = stored_last_indexed(database, texts)) return *last;
  if (!has_index_counters(database)) return kAll;
  throw storage::Failure(ErrorCode::corrupt, 0,
                         "the counter '" + std::string(counter_of(texts)) + "' of todo_counter is gone");
}

contract::Left index_next(Database& database, Portion const& portion) {
  if (index_next(database, Texts::items, portion) == contract::Left::more) return contract::Left::more;
  return index_next(database, Texts::comments, portion);
}

void index_in_turn(Database& database, Texts texts, std::int64_t number, std::size_t bytes) {
  if (bytes >= kLong) {
    while (last_indexed(database, texts) < number && index_next(database, texts, kInTurn) == contract::Left::more) {
    }
  } else if (number % kTurn == 0 && number - last_indexed(database, texts) > kLeftMost - kTurn) {
    index_next(database, texts, kInTurn);
  }
}

void reindex(Database& database, std::int64_t number) {
  auto item = find(database, number);
  if (!item) return;
  auto const document = document_of_item(database, number, std::move(item->title));
  if (number > last_indexed(database, Texts::items)) {
    return index_in_turn(database, Texts::items, number, document.bytes());
  }
  put(database, "todo_search", document);
}

void make_memory_index(Database& database) {
  if (!has_unindexed(database)) return;
  storage::MemoryTables const in_memory(database);
  database.script(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.todo_unindexed"
      " USING fts5 (title, description, labels, comment, tokenize = 'unicode61')");
}

Known fill_memory_index(Database& database) {
  if (!has_unindexed(database)) return Known::all;
  storage::MemoryTables const in_memory(database);
  database.execute("DELETE FROM temp.todo_unindexed");
  for (auto const texts : kTexts) {
    auto last = last_indexed(database, texts);
    while (true) {
      auto const documents = next_documents(database, texts, last, kWhenQuiet);
      if (documents.empty()) break;
      for (auto const& document : documents) put(database, "temp.todo_unindexed", document);
      last = documents.back().row / 2;
    }
  }
  return Known::not_all;
}

}  // namespace decapod::todo::store
