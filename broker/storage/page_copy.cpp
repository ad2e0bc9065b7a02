#include <decapod/crash/point.h>
#include <decapod/storage/page_copy.h>
#include <sqlite3.h>

#include <new>

#include "connection.h"
#include "raise.h"
#include "sqlite_database.h"

namespace decapod::storage {
namespace {

constexpr int kPagesBetweenLooks = 8;  // some 50 µs, twice that while others use the memory

// Nobody reads the copy before it is complete, and one that is not complete is thrown away: no journal, no sync, and no
// locks.
Connection open_target(std::string const& path, std::string const& vfs) {
  sqlite3* raw = nullptr;
  int const code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? "unix-none" : vfs.c_str());
  Connection connection(raw);
  check(raw, code, "opening " + path);
  for (auto const* setting : {"PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA mmap_size=0"}) {
    scalar(raw, setting);
  }
  return connection;
}

}  // namespace

// SQLite does not close a connection that a copy is made of, and its locks stay.
struct PageCopy::Work final : Attached {
  SqliteDatabase& source;
  Connection target;
  sqlite3_backup* backup = nullptr;
  bool source_ended = false;

  Work(SqliteDatabase& of, std::string const& path, std::string const& vfs)
      : source(of), target(open_target(path, vfs)) {
    backup = sqlite3_backup_init(target.get(), "main", source.handle(), "main");
    if (backup == nullptr) throw failure_of(target.get(), sqlite3_extended_errcode(target.get()), "copying the store");
    try {
      source.attach(*this);
    } catch (std::bad_alloc const&) {
      finish();
      throw;
    }
  }
  Work(Work const&) = delete;
  Work& operator=(Work const&) = delete;
  ~Work() {
    if (!source_ended) source.detach(*this);
    finish();
  }

  void end() noexcept override {
    source_ended = true;
    finish();
  }

  void finish() noexcept {
    if (backup != nullptr) sqlite3_backup_finish(std::exchange(backup, nullptr));
  }
};

PageCopy::PageCopy(Database& source, std::string const& path, std::string const& vfs)
    : work_(std::make_unique<Work>(static_cast<SqliteDatabase&>(source), path, vfs)) {}

PageCopy::~PageCopy() = default;

CopyState PageCopy::advance(SteadyTime until) {
  if (work_->source_ended) return CopyState::ended;
  if (work_->backup == nullptr) throw Failure(SQLITE_MISUSE, "the copy has ended");
  int code = SQLITE_OK;
  do {
    code = sqlite3_backup_step(work_->backup, kPagesBetweenLooks);
    crash::reach(crash::Point::copy_slice_done);
  } while (code == SQLITE_OK && std::chrono::steady_clock::now() < until);
  if (code == SQLITE_OK) return CopyState::unfinished;
  if (code == SQLITE_DONE) return CopyState::complete;
  // Ending it is what puts the cause into the connection.
  work_->finish();
  throw work_->source.explained(failure_of(work_->target.get(), code, "copying the store"));
}

std::int64_t PageCopy::pages() const {
  return work_->backup == nullptr ? 0 : sqlite3_backup_pagecount(work_->backup);
}

std::int64_t PageCopy::pages_done() const {
  return work_->backup == nullptr ? 0 : pages() - sqlite3_backup_remaining(work_->backup);
}

}  // namespace decapod::storage
