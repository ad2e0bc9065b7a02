#pragma once
// A directory of one row, removed in the end.

#include <string>

namespace decapod::bench {

class Scratch {
 public:
  explicit Scratch(std::string const& below);  // throws std::system_error if it cannot be made
  ~Scratch();
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  std::string operator/(std::string const& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

}  // namespace decapod::bench
