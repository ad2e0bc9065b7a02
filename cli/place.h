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

// Whether `init` ran here. The leader lock says so, and without it the database: a store that lost its lock is a store
// all the same.
enum class Made : std::uint8_t { no, yes };
Made store_made(StatePaths const& paths);

// The longest path of a state directory, in bytes, with every link followed: the database library opens no file whose
// path is longer than 512 (MAX_PATHNAME of its unix file system), and appends up to 8 ("-journal"); no name that is
// opened below the directory has more than 46: that of a page copy is "/copies/", an id of 32 and ".db", that of
// doctor's scratch store "/scratch-", 12 of an id and "/self-test.db".
inline constexpr std::size_t kStateDirectoryBytes = 512 - 8 - 46;

// not_writable: the path of the state directory, which need not be there, is longer than that.
Result<void> check_length(StatePaths const& paths);

// Looks, and changes nothing. store_not_found if there is no store; unsafe_directory if its directory is open to
// others, belongs to somebody else or is a symbolic link, or if something else stands where a lock or the database
// belongs; what check_length() says.
Result<void> check_store(StatePaths const& paths, std::uint32_t uid);

// Makes the lock files of a checked store that are gone. Any number of commands may do so at once: by one name they all
// get one file. A broker that still holds the old one sees within a second that it is replaced, and the database
// excludes it until then. not_writable, disk_full.
Result<void> make_missing_locks(StatePaths const& paths);

}  // namespace decapod::cli
