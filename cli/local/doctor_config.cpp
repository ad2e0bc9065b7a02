#include "doctor_config.h"

#include "config_file.h"
#include "git_config.h"
#include "settings.h"

#include <decapod/base/suggest.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

namespace decapod::cli {
namespace {

constexpr std::string_view kName = "configuration";

Result<void> check_store_part(std::string_view toml) {
  auto const understood = parse_unreliable_locks(toml);
  if (!understood) return understood.error();
  return {};
}

class Judge {
 public:
  // A file that is not there is none, and in order.
  void look(std::string const& path, Result<void> (*reader)(std::string_view toml)) {
    if (access(path.c_str(), F_OK) != 0) return;
    last_ = path;
    auto const text = small_file(path);
    if (!text) return add(path, "it cannot be read, or is larger than 1 MiB: every command goes on without it");
    auto const understood = reader(*text);
    if (!understood) add(path, understood.error().message + meant(understood.error().suggestions));
  }

  std::vector<Check> checks() {
    if (checks_.empty()) {
      checks_.push_back(good(std::string(kName), last_.empty() ? "no config.toml: all is as it comes"
                                                               : fmt::format("{} is understood", last_)));
    }
    return std::move(checks_);
  }

 private:
  // What is no TOML at all, every reader says.
  void add(std::string const& path, std::string_view what) {
    auto detail = fmt::format("{}: {}", path, what);
    if (std::ranges::find(checks_, detail, &Check::detail) != checks_.end()) return;
    checks_.push_back({std::string(kName), Health::problem, std::move(detail),
                       "mend the file: `decapod help config` has all that it may say"});
  }

  std::string last_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> check_configuration(Catalogue const& catalogue, StorePlace const& place) {
  if (place.main_worktree.empty()) return {};
  Judge judge;
  auto const shared = config_path(place.main_worktree);
  judge.look(shared, &check_store_part);
  auto const here = place.worktree.empty() ? shared : config_path(place.worktree);
  for (auto const* group : catalogue.groups()) {
    if (group->check_config != nullptr) judge.look(here, group->check_config);
  }
  return judge.checks();
}

}  // namespace decapod::cli
