#include <decapod/base/suggest.h>

#include <algorithm>
#include <utility>

namespace decapod {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostSuggestions = 3;

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto const changed = a[i - 1] == b[j - 1] ? 0U : 1U;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::vector<std::string> closest(std::string_view word, std::span<std::string_view const> known) {
  if (word.empty() || word.size() > kLongestWord) return {};
  auto const limit = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (auto const candidate : known) {
    if (candidate.size() > kLongestWord) continue;
    bool const completes = word.size() >= 2 && candidate.starts_with(word);
    auto const d = completes ? 1 : distance(word, candidate);
    if (d <= limit) near.emplace_back(d, candidate);
  }
  std::ranges::stable_sort(near, {}, [](auto const& pair) { return pair.first; });
  std::vector<std::string> words;
  for (auto const& [d, candidate] : near) {
    if (words.size() == kMostSuggestions) break;
    words.emplace_back(candidate);
  }
  return words;
}

std::string meant(std::span<std::string const> suggestions) {
  return suggestions.empty() ? std::string() : "; did you mean '" + suggestions.front() + "'?";
}

}  // namespace decapod
