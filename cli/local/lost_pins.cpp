#include "lost_pins.h"

#include <decapod/audit/checkpoint.h>
#include <decapod/base/shell_words.h>
#include <decapod/cli_kit/clone_stores.h>
#include <decapod/cli_kit/pin_files.h>

#include <algorithm>

namespace decapod::cli {
namespace {

struct Pin {
  std::string path;
  std::string uuid;
};

}  // namespace

std::vector<std::string> pins_of_lost_stores(Surroundings& around, StorePlace const& place, std::string_view present) {
  std::vector<std::string> lost;
  if (place.kind != StoreKind::repo || place.main_worktree.empty()) return lost;
  std::vector<Pin> others;
  auto const files = pin_files(around, place.main_worktree);
  if (!files) return lost;
  for (auto const& file : *files) {
    auto pin = file.text ? audit::parse_checkpoint(*file.text) : file.text.error();
    if (!pin || pin->store_uuid == present) continue;
    others.push_back({file.path, std::move(pin->store_uuid)});
  }
  // Only git knows where the list is, and asking it takes a process.
  if (others.empty()) return lost;
  auto const made = stores_made_here(around, place.main_worktree);
  for (auto& pin : others) {
    if (made && std::ranges::find(*made, pin.uuid) != made->end()) lost.push_back(std::move(pin.path));
  }
  return lost;
}

std::string way_out(std::string const& pin) {
  return "`decapod broker restore FILE` brings it back from a snapshot; if it is not to come back: rm " +
         shell_word(pin);
}

}  // namespace decapod::cli
