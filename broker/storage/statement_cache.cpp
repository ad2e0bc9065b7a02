#include "statement_cache.h"

#include <decapod/storage/failure.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>

#include "raise.h"

namespace decapod::storage {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

sqlite3_stmt* prepare_one(sqlite3* connection, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  char const* rest = nullptr;
  int const code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, &rest);
  check(connection, code, sql.substr(0, 120));
  auto const left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  if (statement == nullptr || !is_blank(left)) {
    sqlite3_finalize(statement);
    throw Failure(SQLITE_MISUSE, "not exactly one statement: " + std::string(sql.substr(0, 120)));
  }
  return statement;
}

}  // namespace

StatementCache::Place& StatementCache::met(std::string_view sql) {
  return met_[(reinterpret_cast<std::uintptr_t>(sql.data()) >> 4) % met_.size()];
}

// end() if there is none.
StatementCache::Place StatementCache::find(std::string_view sql) {
  auto& last = met(sql);
  if (last != entries_.end() && last->sql == sql) return last;
  auto const found = by_text_.find(sql);
  return last = found == by_text_.end() ? entries_.end() : found->second;
}

sqlite3_stmt* StatementCache::get(std::string_view sql) {
  if (auto const found = find(sql); found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    auto* const statement = entries_.front().statement;
    if (sqlite3_stmt_busy(statement) != 0) {
      throw Failure(SQLITE_MISUSE,
                    "a statement is run again before its rows were read: " + std::string(sql.substr(0, 120)));
    }
    return statement;
  }
  make_room();
  // Prepared last: a statement that nobody finalizes keeps the connection, and with it the lock on the store.
  entries_.push_front({std::string(sql), nullptr});
  auto const entry = entries_.begin();
  try {
    by_text_.emplace(entry->sql, entry);
    entry->statement = prepare_one(connection_, sql);
  } catch (...) {
    by_text_.erase(entry->sql);
    entries_.erase(entry);
    throw;
  }
  return entry->statement;
}

void StatementCache::make_room() {
  if (entries_.size() < capacity_) return;
  // A statement whose rows are still being read stays: somebody holds a pointer to it.
  auto const idle = std::find_if(entries_.rbegin(), entries_.rend(),
                                 [](Entry const& entry) { return sqlite3_stmt_busy(entry.statement) == 0; });
  if (idle == entries_.rend()) return;
  forget_met();
  by_text_.erase(idle->sql);
  sqlite3_finalize(idle->statement);
  entries_.erase(std::next(idle).base());
}

void StatementCache::clear() noexcept {
  forget_met();
  by_text_.clear();
  for (auto const& entry : entries_) sqlite3_finalize(entry.statement);
  entries_.clear();
}

}  // namespace decapod::storage
