#include "lost_pins.h"

#include <decapod/audit/checkpoint.h>
#include <decapod/base/shell_words.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/clone_stores.h>

#include <algorithm>
#include <filesystem>

namespace decapod::cli {
namespace {

constexpr std::size_t kPinBytes = 4096;

struct Pin {
  std::string path;
  std::string uuid;
};

}  // namespace

std::vector<std::string> pins_of_lost_stores(Surroundings& around, StorePlace const& place, std::string_view present) {
  std::vector<std::string> lost;
  if (place.kind != StoreKind::repo || place.main_worktree.empty()) return lost;
  std::string const folder(kPinFolder);
  std::vector<Pin> others;
  std::error_code none;
  for (auto const& entry : std::filesystem::directory_iterator(place.main_worktree + '/' + folder, none)) {
    if (entry.path().extension() != ".txt") continue;
    auto const text = around.read(entry.path().string(), kPinBytes);
    auto pin = text ? audit::parse_checkpoint(*text) : text.error();
    if (!pin || pin->store_uuid == present) continue;
    others.push_back({folder + '/' + entry.path().filename().string(), std::move(pin->store_uuid)});
  }
  // Only git knows where the list is, and asking it takes a process.
  if (others.empty()) return lost;
  auto const made = stores_made_here(around, place.main_worktree);
  for (auto& pin : others) {
    if (made && std::ranges::find(*made, pin.uuid) != made->end()) lost.push_back(std::move(pin.path));
  }
  std::ranges::sort(lost);
  return lost;
}

std::string way_out(std::string const& pin) {
  return "`decapod broker restore FILE` brings it back from a snapshot; if it is not to come back: git rm " +
         shell_word(pin);
}

}  // namespace decapod::cli
