#pragma once
// A page copy becomes a file of its own somewhere else.

#include <decapod/base/digest.h>
#include <decapod/base/result.h>
#include <decapod/inspect/requests.h>

namespace decapod::inspect {

struct WrittenFile {
  std::uint64_t bytes = 0;
  Sha256 digest;
};

// Puts the content of `copy` at `path` (absolute): synced first, without a name, then in its place in one step, and the
// directory synced. Whenever the process is killed, nothing half-written stays; where a file system has no files
// without a name it is written under another one, which goes again unless the kill is one that nobody can catch.
// Errors: already_exists (unless `force`), not_writable, disk_full.
Result<WrittenFile> put_in_place(std::string const& copy, std::string const& path, Overwrite force);

}  // namespace decapod::inspect
