#pragma once
// What `init` leaves on disk.

#include <decapod/base/result.h>
#include <decapod/cli_kit/surroundings.h>

#include <string>
#include <vector>

namespace decapod::cli {

enum class EntryKind : std::uint8_t { shared_directory, private_directory, text_file, private_file };

struct LayoutEntry {
  EntryKind kind = EntryKind::private_directory;
  std::string path;
  std::string content;  // files
};

// Everything a new store consists of, in the order in which it is made. The database is an empty file, which the first
// leader makes a database of and nobody else makes: what `init` has made before it is no store, and what lost it is one
// that lost its database. The locks are made anew by whoever misses them.
std::vector<LayoutEntry> store_layout(StorePlace const& place);

// Whether it is there already; unsafe_directory if something else is in its place.
Result<bool> entry_exists(LayoutEntry const& entry);
// unsafe_directory: `path` is something else than what belongs there.
Error in_the_way(std::string const& path);
enum class MadeBy : std::uint8_t { us, others };
// Makes it, unless it is there (others: somebody made it meanwhile). not_writable, disk_full.
Result<MadeBy> make_entry(LayoutEntry const& entry);

}  // namespace decapod::cli
