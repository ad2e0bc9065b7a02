#include <decapod/broker/trail_export.h>
#include <decapod/ledger/trail.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/core.h>

namespace decapod::broker {

TrailExport::TrailExport(StatePaths const& paths)
    : directory_(::open(paths.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

Progress TrailExport::catch_up(storage::Database& database, std::size_t records) {
  auto const mutations = catch_up(database, audit::Chain::mutations, mutations_, records);
  auto const reads = catch_up(database, audit::Chain::reads, reads_, records);
  return mutations == Progress::more || reads == Progress::more ? Progress::more : Progress::done;
}

Progress TrailExport::catch_up(storage::Database& database, audit::Chain chain, File& file, std::size_t most) {
  if (file.given_up) return Progress::done;
  if (file.file && !file.file->is_at_its_path(directory_.get())) {
    begin_anew(file, std::string(to_text(chain)) + ".jsonl was taken away or replaced");
  }
  auto records = ledger::records_after(database, chain, file.sequence, most);
  if (records.empty()) return Progress::done;
  if (!file.file) {
    if (!open(database, chain, file)) return Progress::done;
    // Only now is it known how far an earlier tenure came.
    if (file.sequence > 0) records = ledger::records_after(database, chain, file.sequence, most);
    if (records.empty()) return Progress::done;
  }
  if (auto const appended = file.file->append(records); !appended) {
    begin_anew(file, appended.error().message);
    return Progress::done;
  }
  file.told.clear();
  file.sequence = records.back().sequence;
  return records.size() == most ? Progress::more : Progress::done;
}

void TrailExport::complain(File& file, std::string about) {
  if (file.told == about) return;
  file.told = about;
  complaints_.push_back(std::move(about));
}

// What ends a disk's room or a file's name does not end the tenure: the next one to look begins with the end of what is
// there.
void TrailExport::begin_anew(File& file, std::string const& because) {
  complain(file, fmt::format("export: {}", because));
  file.file.reset();
  file.sequence = 0;
}

bool TrailExport::open(storage::Database& database, audit::Chain chain, File& file) {
  mkdirat(directory_.get(), StatePaths::kAuditDirectory, 0700);
  // A link in its place would lead the trail to somebody else's folder.
  struct stat folder {};
  bool const there = fstatat(directory_.get(), StatePaths::kAuditDirectory, &folder, AT_SYMLINK_NOFOLLOW) == 0;
  if (there && !S_ISDIR(folder.st_mode)) {
    complain(file, "export: the audit directory is none: nothing is exported through it");
    return false;
  }
  auto opened = audit::open_export(StatePaths::exported_below(to_text(chain)), directory_.get());
  if (!opened) {
    file.given_up = opened.error().code == ErrorCode::unsafe_directory;
    complain(file, fmt::format("export: {}", opened.error().message));
    return false;
  }
  auto const& tail = (*opened)->tail();
  auto const name = to_text(chain);
  auto const stored = tail.sequence > 0 ? ledger::hash_at(database, chain, tail.sequence) : std::nullopt;
  if (auto const continues = audit::check_tail(tail, stored); !continues) {
    file.given_up = true;
    complain(file, fmt::format("export: {}.jsonl: {}; it is left as evidence", name, continues.error().message));
    return false;
  }
  if (tail.state == audit::TailState::repaired) {
    complaints_.push_back(fmt::format("export: cut {} bytes of a torn line off {}.jsonl", tail.cut_bytes, name));
  }
  file.file = std::move(*opened);
  file.sequence = tail.sequence;
  return true;
}

}  // namespace decapod::broker
