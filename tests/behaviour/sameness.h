#pragma once
// The one list of what may differ between two runs of the same commands.

#include <map>
#include <string>

namespace decapod::test {

// Replaces ids, tokens, times, markers, hashes and paths by names that count up in the order of appearance, so that
// two runs that mean the same read the same. One object per run: the same id keeps the same name.
class Sameness {
 public:
  explicit Sameness(std::string folder) : folder_(std::move(folder)) {}
  std::string apply(std::string text);

 private:
  std::string named(std::string const& kind, std::string const& value);

  std::string folder_;
  std::map<std::string, std::string> names_;
  std::map<std::string, int> counts_;
};

}  // namespace decapod::test
