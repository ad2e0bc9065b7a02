#pragma once
// Where a command makes what goes with it.

#include <decapod/base/descriptor.h>
#include <decapod/base/result.h>

#include <string>
#include <string_view>

namespace decapod::cli {

// A folder that nobody else may look into (0700), gone with all that is in it when this goes. Its owner holds a lock on
// it for as long as it lives, so that whoever finds one without a lock knows that its owner was killed.
class Scratch {
 public:
  // In `directory`, which is there; what killed commands have left in it goes first. not_writable, disk_full.
  static Result<Scratch> make(std::string const& directory);
  Scratch(Scratch&& other) noexcept = default;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  std::string const& path() const { return path_; }

 private:
  Scratch(std::string path, Descriptor hold) : path_(std::move(path)), hold_(std::move(hold)) {}

  std::string path_;
  Descriptor hold_;  // none: moved away
};

// Whether a folder of this name (without its path) is one.
bool is_scratch(std::string_view name);

}  // namespace decapod::cli
