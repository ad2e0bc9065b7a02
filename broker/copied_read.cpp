#include <decapod/broker/background.h>
#include <decapod/broker/copied_read.h>
#include <decapod/broker/trail_export.h>
#include <decapod/storage/page_copy.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "refusals.h"

namespace decapod::broker {

std::optional<ipc::Reply> Engine::refuse_copied(Job const& job) {
  auto const found = readable(job);
  if (!found) return refuse_read(job, found.error());
  return std::nullopt;
}

ipc::Reply Engine::answer_copied(Job const& job, Result<std::string> const& copy) {
  if (!copy) return refuse_read(job, copy.error());
  note(job, audit::Status::OK, "");
  ipc::Reply reply;
  reply.status = ipc::Status::OK;
  reply.copy = *copy;
  return reply;
}

bool reads_a_copy(RequestType const& type) {
  return type.verb->access == Access::read && type.verb->weight == Weight::heavy;
}

bool lacks_room(ipc::Reply const& reply) {
  return reply.error && reply.error->code == name_of(ErrorCode::disk_full);
}

bool was_given_up(ipc::Reply const& reply) {
  if (!reply.error) return false;
  auto const* reason = reply.error->details.if_contains("reason");
  return reason != nullptr && reason->is_string() && reason->get_string() == kLeaves;
}

bool may_be_read_itself(StatePaths const& paths) {
  constexpr off_t kMost = off_t{64} << 20;
  struct stat facts {};
  return stat(paths.database.c_str(), &facts) == 0 && facts.st_size <= kMost;
}

ExportedTrail exported_now(StatePaths const& paths) {
  ExportedTrail trail{.bytes = {.mutations = 0, .reads = 0}};
  auto const look = [&](audit::Chain chain, std::uint64_t& bytes, ExportedFile& file) {
    struct statx facts {};
    auto const path = paths.exported(to_text(chain));
    if (statx(AT_FDCWD, path.c_str(), 0, STATX_SIZE | STATX_INO | STATX_BTIME, &facts) != 0) return;
    bytes = facts.stx_size;
    file.inode = facts.stx_ino;
    if ((facts.stx_mask & STATX_BTIME) == 0) return;
    file.born = facts.stx_btime.tv_sec * 1'000'000'000 + static_cast<std::int64_t>(facts.stx_btime.tv_nsec);
  };
  look(audit::Chain::mutations, trail.bytes.mutations, trail.mutations);
  look(audit::Chain::reads, trail.bytes.reads, trail.reads);
  return trail;
}

bool is_still_there(ExportedTrail const& before, StatePaths const& paths) {
  auto const now = exported_now(paths);
  auto const same = [](ExportedFile const& was, ExportedFile const& is) { return was.inode == 0 || was == is; };
  return same(before.mutations, now.mutations) && same(before.reads, now.reads);
}

namespace {

Result<ipc::Reply> answer_here(StatePaths const& paths, HeldCopy const& copy, Job const& job,
                               contract::ExportedBytes exported, Directory const& directory, Clock& clock) {
  auto engine = Engine::open({.paths = paths,
                              .mode = storage::OpenMode::read_private,
                              .on_close = storage::OnClose::keep_wal,
                              .standing = contract::Standing::copy,
                              .file = copy.path(),
                              .exported = exported},
                             directory, clock);
  if (!engine) {
    auto error = std::move(engine).error();
    if (error.details.contains("path")) error.details["path"] = paths.database;
    return error;
  }
  auto reply = (*engine)->read(job).reply;
  reply.audited = ipc::Audited::yes;
  return reply;
}

}  // namespace

// Minutes of processor time may go into it, and others' commands take a millisecond each. The copy goes there, too: a
// gigabyte is a third of a second of work for the kernel.
Result<ipc::Reply> answer_from_copy(StatePaths const& paths, HeldCopy copy, Job const& job,
                                    contract::ExportedBytes exported, Directory const& directory, Clock& clock) {
  return in_background([&] {
    auto const read = std::move(copy);
    return answer_here(paths, read, job, exported, directory, clock);
  });
}

OwnCopy copy_at_once(Engine& engine, StatePaths const& paths, Job const& job, Clock& clock) {
  OwnCopy own;
  // Where no broker can run, nobody else would.
  UnlinkedCopies swept;
  sweep_copies(paths, swept);
  if (auto refusal = engine.refuse_copied(job)) {
    own.reply = *std::move(refusal);
    return own;
  }
  auto const make = [&]() -> Result<std::string> {
    DECAPOD_TRY(auto file, make_copy_file(paths));
    auto name = file.name;
    own.copy.emplace(std::move(file));
    try {
      storage::PageCopy pages(engine.database(), own.copy->path());
      while (pages.advance(job.deadline) != storage::CopyState::complete) {
        if (clock.steady() >= job.deadline) return too_late_to_copy(job);
      }
    } catch (std::exception const& fault) {
      return failure_of(job.request.op, fault);
    }
    return name;
  };
  auto const made = make();
  if (!made) own.copy.reset();
  own.reply = engine.answer_copied(job, made);
  return own;
}

}  // namespace decapod::broker
