#pragma once
// Reading and writing whole files for verbs, bounded in bytes and time.

#include <decapod/base/clock.h>
#include <decapod/base/descriptor.h>
#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>

#include <string>
#include <string_view>

namespace decapod::cli::files {

// A whole file. The store's own files (by device and inode, whatever the path) are refused before they are opened:
// closing one would drop SQLite's locks on it. `store` may be null. Errors: refused, input_unreadable, too_large,
// timeout.
Result<std::string> read(std::string const& path, std::size_t max_bytes, StatePaths const* store, SteadyTime deadline);

// From where it stands to its end; waits for a pipe no longer than `deadline`. `name` is for messages.
Result<std::string> read_descriptor(int descriptor, std::string const& name, std::size_t max_bytes,
                                    SteadyTime deadline);

// What is there now, waiting for the first byte as long as it takes; "" at the end.
Result<std::string> read_once(int descriptor, std::size_t max_bytes);

// refused: `path` lies below the state directory, whichever way leads there.
Result<void> refuse_state_directory(std::string const& path, StatePaths const& store);

// Writes behind what is there, which stays as it is, or makes the file. Errors: not_writable (a link, too), disk_full.
Result<void> append(std::string const& path, std::string_view content);

// Writes a temporary file beside `path`, syncs it and renames it. Keeps nothing half-written. Errors: not_writable
// (something else than a file stands there, a link, too), disk_full.
Result<void> replace(std::string const& path, std::string_view content);

// A file that is written piece by piece, and stands under its name once it is whole. What was there before stays until
// then, and if this goes without `finish`.
class Pending {
 public:
  // Nothing waits for anybody: a temporary file beside `path` is opened, never what stands there. Refused where the
  // state directory of `store` (may be null) is above it, whichever way leads there. not_writable: something else than
  // a file stands there (a link, a pipe, a device), or no file can be made beside it; disk_full.
  static Result<Pending> make(std::string const& path, StatePaths const* store);
  Pending(Pending&& other) noexcept = default;
  Pending& operator=(Pending&&) = delete;
  ~Pending();

  // not_writable, disk_full.
  Result<void> add(std::string_view content);
  Result<void> finish();

 private:
  Pending(std::string path, std::string temporary, Descriptor file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

  std::string path_;
  std::string temporary_;
  Descriptor file_;  // none: finished, or moved away
};

// A new file that nobody else may read, synced; folders that are missing are made (0700). Errors: already_exists,
// not_writable, disk_full.
Result<void> create_private(std::string const& path, std::string_view content);

}  // namespace decapod::cli::files
