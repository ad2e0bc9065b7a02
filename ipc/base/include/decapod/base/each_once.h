#pragma once
// A list without its repetitions.

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace decapod {

// Each word where it came first.
inline std::vector<std::string> each_once(std::vector<std::string> words) {
  if (words.size() < 2) return words;
  std::set<std::string_view> met;
  std::vector<std::string> kept;
  for (auto const& word : words) {
    if (met.insert(word).second) kept.push_back(word);
  }
  return kept;
}

}  // namespace decapod
