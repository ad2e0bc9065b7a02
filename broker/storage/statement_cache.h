#pragma once
// Prepared statements by their text. A prepare costs as much as the point query itself.

#include <array>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace decapod::storage {

// Gives a statement back: reset, bindings cleared.
void give_back(sqlite3_stmt* statement) noexcept;

// Owns at most `capacity` statements; the one used longest ago goes first.
class StatementCache {
 public:
  StatementCache(sqlite3* connection, std::size_t capacity) : connection_(connection), capacity_(capacity) {
    forget_met();
  }
  StatementCache(StatementCache const&) = delete;
  StatementCache& operator=(StatementCache const&) = delete;
  ~StatementCache() { clear(); }

  // Throws Failure: not exactly one statement, or the one for this text is still being stepped.
  sqlite3_stmt* get(std::string_view sql);
  void clear() noexcept;
  // Statements of another connection from now on; only when it is empty.
  void serve(sqlite3* connection) { connection_ = connection; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string sql;
    sqlite3_stmt* statement;
  };
  using Place = std::list<Entry>::iterator;
  Place find(std::string_view sql);
  Place& met(std::string_view sql);
  void forget_met() noexcept { met_.fill(entries_.end()); }
  void make_room();

  sqlite3* connection_;
  std::size_t capacity_;
  std::list<Entry> entries_;                             // the most recently used first
  std::unordered_map<std::string_view, Place> by_text_;  // keys point into entries_
  // By where a text lies: nearly all of them are constants, so that there is no need to hash what was met there last.
  std::array<Place, 256> met_;
};

}  // namespace decapod::storage
