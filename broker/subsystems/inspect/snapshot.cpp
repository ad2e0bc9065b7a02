#include "snapshot.h"

#include <decapod/base/descriptor.h>
#include <decapod/contract/replaced_store.h>
#include <decapod/contract/subsystem.h>
#include <decapod/ledger/ledger.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "snapshot_file.h"

namespace decapod::inspect {
namespace {

using contract::Standing;

// A directory, whatever it is called.
using Inode = std::pair<dev_t, ino_t>;

std::optional<Inode> inode_of(int descriptor) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0) return std::nullopt;
  return Inode(facts.st_dev, facts.st_ino);
}

Descriptor open_directory(int from, char const* path) {
  return Descriptor(openat(from, path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

// `directory` and those above it, up to the root.
std::set<Inode> with_ancestors(std::string const& directory) {
  std::set<Inode> found;
  auto current = open_directory(AT_FDCWD, directory.c_str());
  while (current) {
    auto const inode = inode_of(current.get());
    if (!inode || !found.insert(*inode).second) break;
    current = open_directory(current.get(), "..");
  }
  return found;
}

// `directory` and those below it.
std::set<Inode> with_descendants(std::string const& directory) {
  namespace fs = std::filesystem;
  std::set<Inode> found;
  auto const add = [&](std::string const& path) {
    auto const opened = open_directory(AT_FDCWD, path.c_str());
    if (auto const inode = opened ? inode_of(opened.get()) : std::nullopt) found.insert(*inode);
  };
  add(directory);
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(directory, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == fs::file_type::directory) add(entry->path().string());
  }
  return found;
}

// The store's own files are replaced by a restore, never by a snapshot: neither those in the state directory nor those
// below it, and whichever way leads there. A mount shows a directory in a second place, with other ones above it, so
// both are looked at: what is above the file, and what is below the state directory.
Result<void> refuse_state_directory(std::string const& path, std::string const& state_directory) {
  auto const above = with_ancestors(path.substr(0, path.rfind('/') + 1));
  auto const below = with_descendants(state_directory);
  if (std::ranges::none_of(above, [&](auto const& inode) { return below.contains(inode); })) return {};
  auto error = fail(ErrorCode::refused, path + " is among the files of the store itself", {{"path", path}});
  error.hint = "write the snapshot to another directory";
  return error;
}

}  // namespace

Result<SnapshotReply> snapshot(contract::Context& context, BrokerSnapshot const& request) {
  auto const& facts = context.facts();
  if (facts.standing != Standing::copy) {
    return fail(ErrorCode::not_writable,
                "a snapshot is made of a page copy in the state directory, and none can be made from here",
                {{"state_directory", facts.state_directory}});
  }
  if (!request.file.starts_with('/')) return fail(ErrorCode::bad_request, "'file' must be an absolute path");
  DECAPOD_CHECK(refuse_state_directory(request.file, facts.state_directory));
  ledger::Ledger const ledger(context.store(), std::nullopt);
  DECAPOD_TRY(auto const written, put_in_place(facts.file, request.file, request.force));
  return SnapshotReply{.file = request.file,
                       .store_uuid = facts.store_uuid,
                       .generation = facts.generation,
                       .commit_seq = ledger.commit_seq(),
                       .head = hex(ledger.position().mutations.head),
                       .bytes = written.bytes,
                       .sha256 = hex(written.digest)};
}

Result<RestoreReply> restore(contract::Context& context, BrokerRestore const& request) {
  auto const& facts = context.facts();
  if (facts.standing != Standing::staged) {
    return fail(ErrorCode::refused, "a store is replaced only by the command that leads it: no broker does that");
  }
  ledger::Ledger const ledger(context.store(), std::nullopt);
  context.affects("broker/snapshot/" + request.snapshot);
  context.affects(std::string(contract::kBegunKey) + std::to_string(facts.generation));
  if (request.old && !request.old->store_uuid.empty()) {
    auto const& old = *request.old;
    context.affects(std::string(contract::kReplacedKey) + old.store_uuid + '/' + std::to_string(old.generation) + '/' +
                    std::to_string(old.commit_seq) + '/' + old.head);
  }
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->lasting == nullptr || subsystem->lasting->unrecorded == nullptr) continue;
    for (auto& key : subsystem->lasting->unrecorded(context.store())) context.affects(std::move(key));
  }
  return RestoreReply{.snapshot = request.snapshot,
                      .store_uuid = facts.store_uuid,
                      .generation = facts.generation,
                      .restored_to = ledger.commit_seq(),
                      .old = request.old,
                      .refused_pins = {}};
}

}  // namespace decapod::inspect
