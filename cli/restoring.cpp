#include "restoring.h"

#include <decapod/base/id.h>
#include <unistd.h>

namespace decapod::cli {

bool is_restore(RequestType const& type) {
  return type.verb == &inspect::BrokerRestore::verb;
}

RestoreCommand::RestoreCommand(StatePaths const& paths, reach::Own const& own, broker::Directory const& directory,
                               Clock& clock, std::size_t log_bytes)
    : paths_(paths),
      own_(own),
      clock_(clock),
      restoration_(paths, random_id(), directory, clock),
      log_(paths.broker_log, clock, log_bytes),
      arrived_(clock.steady()) {}

broker::Job RestoreCommand::job(ipc::Request request) const {
  return {.request = std::move(request), .arrived = arrived_, .deadline = own_.deadline};
}

Result<void> RestoreCommand::prepare() {
  DECAPOD_TRY(wish_, codec::decode<inspect::BrokerRestore>(own_.request.arguments, codec::Unknown::refuse));
  if (!wish_.file.starts_with('/')) return fail(ErrorCode::bad_request, "'file' must be an absolute path");
  DECAPOD_CHECK(restoration_.stage(wish_.file, own_.deadline));
  wish_.snapshot = restoration_.digest();
  return {};
}

Result<void> RestoreCommand::check_access(election::LeaderLock const& lock) const {
  if (lock.access() == election::LockAccess::read_write) return {};
  return fail(ErrorCode::not_writable, "the state directory " + paths_.directory + " cannot be written from here",
              {{"state_directory", paths_.directory}});
}

Result<std::optional<ipc::Reply>> RestoreCommand::recall(election::LeaderLock lock) {
  DECAPOD_CHECK(check_access(lock));
  auto const as_it_was = [this](json::object const& answered) {
    // Its digest covers the file's content, which is not there to be read any more.
    auto const* snapshot = answered.if_contains("snapshot");
    if (snapshot != nullptr && snapshot->is_string()) wish_.snapshot = snapshot->get_string();
    return job(with_facts(std::nullopt));
  };
  DECAPOD_TRY(auto recalled, restoration_.recall(own_.request.idempotency_key, as_it_was));
  ledger_ = recalled.ledger;
  return std::move(recalled.reply);
}

Result<ipc::Reply> RestoreCommand::run(election::LeaderLock lock) {
  DECAPOD_CHECK(check_access(lock));
  log_.line("lead directly: restore");
  unlink(paths_.socket.c_str());
  DECAPOD_TRY(auto const old, restoration_.retire(job(with_facts(std::nullopt))));
  ledger_ = old.ledger;
  if (old.replayed) return *old.replayed;
  DECAPOD_CHECK(check_kinship(old));
  DECAPOD_TRY(auto reply, restoration_.commit(job(with_facts(ended(old))), old));
  if (reply.status != ipc::Status::COMMITTED) return reply;
  DECAPOD_CHECK(
      restoration_.replace(wish_.discard == inspect::DropOld::yes ? broker::Keep::nothing : broker::Keep::old_store));
  log_.line("leave: restored " + restoration_.digest());
  return reply;
}

Result<void> RestoreCommand::check_kinship(broker::OldStore const& old) const {
  bool const stranger = old.readable == broker::Readable::yes && old.store_uuid != restoration_.store_uuid();
  if (!stranger || old.mutations.size == 0 || wish_.force == inspect::Anyway::yes) return {};
  auto error = fail(ErrorCode::refused, "the file is a snapshot of another store, " + restoration_.store_uuid(),
                    {{"store_uuid", old.store_uuid}, {"snapshot_of", restoration_.store_uuid()}});
  error.hint = "with --force it takes the place of the store in " + paths_.directory;
  return error;
}

inspect::ReplacedStore RestoreCommand::ended(broker::OldStore const& old) const {
  return {.store_uuid = old.store_uuid,
          .generation = old.generation,
          .epoch = static_cast<std::int64_t>(old.epoch),
          .commit_seq = static_cast<std::int64_t>(old.mutations.size),
          .head = old.readable == broker::Readable::yes ? hex(old.mutations.head) : "",
          .kept = restoration_.kept_directory()};
}

ipc::Request RestoreCommand::with_facts(std::optional<inspect::ReplacedStore> old) const {
  auto filled = wish_;
  filled.old = std::move(old);
  auto request = own_.request;
  request.arguments = std::move(codec::encode(filled).as_object());
  return request;
}

}  // namespace decapod::cli
