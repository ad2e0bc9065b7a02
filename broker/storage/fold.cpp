#include "fold.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace decapod::storage {
namespace {

// SQLite's own file access takes less than 128 KiB at once. A power of two has room for whole pages of any size.
constexpr std::size_t kPiece = std::size_t{64} << 10;

}  // namespace

Fold::Fold(sqlite3_file& database, int pages, std::size_t page_size)
    : database_(database),
      page_size_(page_size),
      room_(std::min(static_cast<std::size_t>(pages), kHeldMost / page_size)),
      mapped_(room_ * (page_size + sizeof *offsets_)) {
  // Not from the heap, which may keep what is given back. Pages that are never touched cost nothing.
  constexpr int kHow = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  auto* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, kHow, -1, 0);
  if (memory == MAP_FAILED) {
    memory = nullptr;
    room_ = mapped_ = 0;
  }
  pages_ = static_cast<std::byte*>(memory);
  offsets_ = reinterpret_cast<sqlite3_int64*>(pages_ + room_ * page_size_);
  static_cast<sqlite3_io_methods&>(methods_) = *database.pMethods;
  methods_.real = database.pMethods;
  methods_.owner = this;
  methods_.xWrite = &Fold::write;
  methods_.xTruncate = &Fold::truncate;
  methods_.xSync = &Fold::sync;
  database.pMethods = &methods_;
}

Fold::~Fold() {
  database_.pMethods = methods_.real;
  if (mapped_ > 0) munmap(pages_, mapped_);
}

Fold& Fold::of(sqlite3_file* database) {
  return *static_cast<Methods const*>(database->pMethods)->owner;
}

int Fold::write(sqlite3_file* database, void const* data, int size, sqlite3_int64 at) {
  auto& self = of(database);
  if (self.waiting_ == self.room_ || static_cast<std::size_t>(size) != self.page_size_) {
    if (int const code = self.flush(); code != SQLITE_OK) return code;
    return self.methods_.real->xWrite(database, data, size, at);
  }
  auto* const place = self.pages_ + self.waiting_ * self.page_size_;
#ifdef MADV_POPULATE_WRITE
  // In pieces, since a fault for each page takes half as long again; where it cannot be done, that is what happens.
  // Not beyond the mapping: what lies behind it is somebody else's.
  auto const left = (self.room_ - self.waiting_) * self.page_size_;
  bool const begins_piece = self.waiting_ * self.page_size_ % kPiece == 0;
  if (begins_piece) madvise(place, std::min(kPiece, left), MADV_POPULATE_WRITE);
#endif
  std::memcpy(place, data, self.page_size_);
  self.offsets_[self.waiting_++] = at;
  return SQLITE_OK;
}

int Fold::flush() {
  auto const waiting = std::exchange(waiting_, 0);
  for (std::size_t first = 0, next = 1; first < waiting; first = next++) {
    auto size = page_size_;
    for (; next < waiting && size < kPiece; size += page_size_, ++next) {
      if (offsets_[next] != offsets_[first] + static_cast<sqlite3_int64>(size)) break;
    }
    auto const* const data = pages_ + first * page_size_;
    int const code = methods_.real->xWrite(&database_, data, static_cast<int>(size), offsets_[first]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int Fold::truncate(sqlite3_file* database, sqlite3_int64 size) {
  if (int const code = of(database).flush(); code != SQLITE_OK) return code;
  return of(database).methods_.real->xTruncate(database, size);
}

int Fold::sync(sqlite3_file* database, int flags) {
  if (int const code = of(database).flush(); code != SQLITE_OK) return code;
  return of(database).methods_.real->xSync(database, flags);
}

}  // namespace decapod::storage
