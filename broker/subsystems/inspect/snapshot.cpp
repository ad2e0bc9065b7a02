#include "snapshot.h"

#include <decapod/contract/replaced_store.h>
#include <decapod/ledger/ledger.h>
#include <sys/stat.h>

#include "snapshot_file.h"

namespace decapod::inspect {
namespace {

using contract::Standing;

// The store's own files are replaced by a restore, never by a snapshot.
Result<void> refuse_state_directory(std::string const& path, std::string const& state_directory) {
  struct stat parent {};
  struct stat state {};
  if (stat(path.substr(0, path.rfind('/') + 1).c_str(), &parent) != 0) return {};
  if (stat(state_directory.c_str(), &state) != 0) return {};
  if (parent.st_dev != state.st_dev || parent.st_ino != state.st_ino) return {};
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
  if (request.old && !request.old->store_uuid.empty()) {
    auto const& old = *request.old;
    context.affects(std::string(contract::kReplacedKey) + old.store_uuid + '/' + std::to_string(old.generation) + '/' +
                    std::to_string(old.commit_seq) + '/' + old.head);
  }
  return RestoreReply{.snapshot = request.snapshot,
                      .store_uuid = facts.store_uuid,
                      .generation = facts.generation,
                      .restored_to = ledger.commit_seq(),
                      .old = request.old};
}

}  // namespace decapod::inspect
