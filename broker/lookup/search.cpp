#include <decapod/lookup/search.h>

namespace decapod::lookup {
namespace {

constexpr int kPages = 32;

// What the tokenizer may find a word in: letters and digits, and everything beyond ASCII.
bool may_be_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// FTS5's list of parts: it changes exactly when something was merged.
std::string parts(storage::Database& database, std::string const& index) {
  auto rows = database.query("SELECT hex(block) FROM " + index + "_data WHERE id = 10");
  return rows.next() ? rows.text(0) : "";
}

}  // namespace

std::string fts_query(std::string_view words) {
  std::string query;
  std::string word;
  auto const finish = [&] {
    if (word.empty()) return;
    if (!query.empty()) query += ' ';
    query += '"' + word + '"';
    word.clear();
  };
  for (char const c : words) {
    if (may_be_word(c))
      word += c;
    else
      finish();
  }
  finish();
  if (!query.empty()) query += '*';
  return query;
}

Result<std::string> asked_query(std::string_view words, std::string_view example) {
  auto query = fts_query(words);
  if (!query.empty()) return query;
  auto error = fail(ErrorCode::bad_request, "there is no letter or digit to look for", {{"field", "words"}});
  error.hint = "give a word or its beginning: `" + std::string(example) + '`';
  return error;
}

Ranking ranking_of(storage::Database& database, std::string_view index, std::string_view query) {
  std::string const name(index);
  auto rows = database.query("SELECT count(*) FROM (SELECT 1 FROM " + name + " WHERE " + name + " MATCH ? LIMIT ?)",
                             query, kRankedMost + 1);
  rows.next();
  return rows.integer(0) > kRankedMost ? Ranking::latest_first : Ranking::by_relevance;
}

contract::Left merge_search(storage::Database& database, std::string_view index) {
  std::string const name(index);
  auto const before = parts(database, name);
  database.execute("INSERT INTO " + name + " (" + name + ", rank) VALUES ('merge', ?)", kPages);
  return parts(database, name) == before ? contract::Left::nothing : contract::Left::more;
}

}  // namespace decapod::lookup
