#include "words.h"

#include <algorithm>

namespace decapod::capsule {
namespace {

constexpr std::size_t kTermsMost = 32;
constexpr std::size_t kShortestPlural = 4;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "locks" is found under "lock"; "class", "this" and "status" stay what they are.
void drop_plural(std::string& word) {
  if (word.size() < kShortestPlural || word.back() != 's') return;
  char const before = word[word.size() - 2];
  if (before != 's' && before != 'i' && before != 'u') word.pop_back();
}

}  // namespace

bool Words::next(std::string& word) {
  auto const begin = std::ranges::find_if(rest_, is_letter);
  auto const end = std::find_if_not(begin, rest_.end(), is_letter);
  word.assign(begin, end);
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
  if (word.empty()) return false;
  std::ranges::transform(word, word.begin(), lower);
  drop_plural(word);
  return true;
}

std::vector<std::string> terms_of(std::string_view topic) {
  std::vector<std::string> terms;
  std::string word;
  for (Words words(topic); words.next(word);) terms.push_back(word);
  std::ranges::sort(terms);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  if (terms.size() > kTermsMost) terms.resize(kTermsMost);
  return terms;
}

}  // namespace decapod::capsule
