#pragma once
// Where the store of a command is: one per repository, however many worktrees it has.

#include <decapod/base/result.h>
#include <decapod/cli_kit/surroundings.h>

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::cli {

// What the command line and the environment say about it. Texts are "" when absent.
struct PlaceWish {
  std::string cwd;
  std::optional<StoreKind> store;  // --store
  std::string root;                // --root, else DECAPOD_ROOT: a directory that holds .decapod/data
  std::string home;
  std::string xdg_data_home;
};

// The place, whether or not a store was made there. store_not_found: no repository here, and nothing else is asked for.
Result<StorePlace> find_place(PlaceWish const& wish);

// Whether `init` ran here: the leader lock is what makes a directory a store.
enum class Made : std::uint8_t { no, yes };
Made store_made(StatePaths const& paths);

// store_not_found if there is no store; unsafe_directory if its directory is open to others, belongs to somebody else
// or is a symbolic link.
Result<void> check_store(StatePaths const& paths, std::uint32_t uid);

}  // namespace decapod::cli
