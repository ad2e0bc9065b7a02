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

// Everything a new store consists of, in the order in which it is made. The leader lock comes last: it is what makes a
// directory a store, so a run that was cut short leaves none. The database is made by the first leader.
std::vector<LayoutEntry> store_layout(StorePlace const& place);

// Whether it is there already; unsafe_directory if something else is in its place.
Result<bool> entry_exists(LayoutEntry const& entry);
enum class MadeBy : std::uint8_t { us, others };
// Makes it, unless it is there (others: somebody made it meanwhile). not_writable, disk_full.
Result<MadeBy> make_entry(LayoutEntry const& entry);

}  // namespace decapod::cli
