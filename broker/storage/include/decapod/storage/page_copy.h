#pragma once
// A copy of the store's pages, made a little at a time while the store goes on working.

#include <decapod/storage/database.h>

#include <memory>
#include <string>

namespace decapod::storage {

enum class CopyState : std::uint8_t {
  unfinished,
  complete,
  ended,  // the source was opened anew, or closed, so that the copy is worth nothing: begin another one
};

// Between two calls of advance() the source does what it likes: what it commits goes into the pages copied so far, and
// a transaction that it rolls back whole starts the copy over. Complete, the copy is the store as of the last
// commit before the last advance(), never half a transaction. It is not synced, and its last pages may be read only
// once this object has gone. Belongs to the thread of `source`, and must go before it.
class PageCopy {
 public:
  // Into the file at `path`, which exists and is empty. `vfs`: "" = SQLite's own. Throws Failure.
  PageCopy(Database& source, std::string const& path, std::string const& vfs = "");
  PageCopy(PageCopy const&) = delete;
  PageCopy& operator=(PageCopy const&) = delete;
  ~PageCopy();

  // Copies some pages, and more until `until`. Outside of a transaction. Throws Failure (disk_full, not_writable,
  // unreachable): then the copy is worth nothing, and the source is as it was.
  CopyState advance(SteadyTime until);
  // As far as it has come; 0 of 0 before the first advance().
  std::int64_t pages_done() const;
  std::int64_t pages() const;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace decapod::storage
