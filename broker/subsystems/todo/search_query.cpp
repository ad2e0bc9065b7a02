#include "search_query.h"

namespace decapod::todo {
namespace {

// What the tokenizer may find a word in: letters and digits, and everything beyond ASCII.
bool may_be_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
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

}  // namespace decapod::todo
