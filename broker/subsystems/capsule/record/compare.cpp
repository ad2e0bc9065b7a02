#include <decapod/base/counted.h>
#include <decapod/capsule_record/compare.h>

#include <decapod/base/digest.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

constexpr std::size_t kMostDifferences = 20;
constexpr std::string_view kNothing = "nothing";

// "docs/locks.md:12-30, score 81234, of file 1f0c8e2a94b7d035, text 5d41402abc4b2a76".
std::string words_for(Excerpt const& excerpt) {
  constexpr std::size_t kDigits = 16;
  return excerpt.path + ':' + std::to_string(excerpt.first_line) + '-' + std::to_string(excerpt.last_line) +
         ", score " + std::to_string(excerpt.score) + ", of file " + excerpt.source.substr(0, kDigits) + ", text " +
         hex(sha256(excerpt.text)).substr(0, kDigits);
}

std::string words_for(std::vector<Excerpt> const& excerpts, std::size_t at) {
  return at < excerpts.size() ? words_for(excerpts[at]) : std::string(kNothing);
}

}  // namespace

Capsule with_material(Capsule const& recorded, Material const& found) {
  auto made = recorded;
  made.revision = found.revision;
  made.matched = found.matched;
  made.excerpts = found.excerpts;
  return made;
}

std::vector<Check> compare_excerpts(Capsule const& recorded, Material const& found) {
  std::vector<Check> checks;
  auto const disagree = [&](std::string was, std::string is) {
    if (checks.size() < kMostDifferences) {
      checks.push_back({Subject::excerpts, Verdict::disagrees, std::move(was), std::move(is)});
    }
  };
  auto const most = std::max(recorded.excerpts.size(), found.excerpts.size());
  for (std::size_t i = 0; i < most; ++i) {
    if (i < recorded.excerpts.size() && i < found.excerpts.size() && recorded.excerpts[i] == found.excerpts[i])
      continue;
    disagree(words_for(recorded.excerpts, i), words_for(found.excerpts, i));
  }
  if (recorded.matched != found.matched) {
    disagree(counted(recorded.matched, "matching passage"), std::to_string(found.matched));
  }
  if (checks.empty()) {
    checks.push_back({Subject::excerpts, Verdict::agrees, counted(recorded.excerpts.size(), "excerpt"), ""});
  }
  return checks;
}

}  // namespace decapod::capsule
