#include <decapod/base/digest.h>
#include <decapod/base/sync_directory.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/broker/restoration.h>
#include <decapod/broker/trail_export.h>
#include <decapod/broker/witness.h>
#include <decapod/crash/point.h>
#include <decapod/ledger/agreement.h>
#include <decapod/ledger/trail.h>
#include <decapod/storage/integrity.h>
#include <decapod/storage/log.h>
#include <decapod/storage/schema.h>
#include <decapod/storage/transaction.h>

#include <algorithm>

#include "refusals.h"
#include "restoration_files.h"

namespace decapod::broker {
namespace {

constexpr int kNotADatabase = 26;  // SQLITE_NOTADB
constexpr std::string_view kGiveASnapshot = "give a file that `decapod broker snapshot` has written";

Error unfit(Error error, std::string const& file) {
  // A database without our tables is somebody else's, not a damaged store.
  auto const* code = error.details.if_contains("sqlite_code");
  bool const no_database = code != nullptr && code->is_int64() && code->get_int64() == kNotADatabase;
  if (error.code == ErrorCode::internal || no_database) {
    error.code = ErrorCode::input_unreadable;
    error.message = file + " is not a snapshot";
  } else if (code != nullptr && error.code == ErrorCode::corrupt) {
    error.message = file + " is a damaged snapshot";
  }
  if (error.code == ErrorCode::corrupt || error.code == ErrorCode::input_unreadable) error.hint = kGiveASnapshot;
  error.details.erase("path");
  return error;
}

// "20261124T153000123"
std::string stamp(Timestamp time) {
  std::string text;
  for (char const c : to_string(time)) {
    if (c != '-' && c != ':' && c != '.' && c != 'Z') text += c;
  }
  return text;
}

Result<void> judge_content(storage::Database& store, std::string const& store_uuid, SteadyTime deadline) {
  store.limit({.until = deadline, .cancelled = nullptr});
  try {
    auto const changed = storage::schema_differences(store);
    if (!changed.empty())
      return fail(ErrorCode::corrupt, "the snapshot's tables were changed: " + changed.front().what);
    auto const findings = storage::check_integrity(store, storage::IntegrityDepth::quick, 3);
    if (!findings.empty()) return fail(ErrorCode::corrupt, "the snapshot is damaged: " + findings.front());
    for (auto const chain : {audit::Chain::mutations, audit::Chain::reads}) {
      auto const walked = ledger::verify_chain(store, chain, store_uuid);
      if (!walked.first_break) continue;
      return fail(ErrorCode::audit_broken, "the snapshot's trail is broken: " + walked.first_break->message,
                  {{"chain", to_text(chain)}, {"sequence", walked.first_break->sequence}});
    }
    // The trail alone would hold although rows were removed beside it, or with it.
    std::optional<ledger::Disagreement> first;
    ledger::compare_ledger(store, [&](ledger::Disagreement found) {
      if (!first) first = std::move(found);
    });
    if (first) return fail(ErrorCode::corrupt, "the snapshot's ledger and trail disagree: " + first->what);
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
  return {};
}

// What the store's ledger has under this key.
Result<std::optional<ledger::Entry>> entry_in(Engine& store, std::string const& key) {
  try {
    return ledger::Ledger(store.database(), std::nullopt).find(key);
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
}

// The data of the stored reply; empty if it has none, or is no longer kept.
json::object answered_in(ledger::Entry const& entry) {
  auto const stored = entry.reply ? parse_json(*entry.reply, "the stored reply") : Result<json::value>(json::object());
  auto const* object = stored ? stored->if_object() : nullptr;
  auto const* data = object == nullptr ? nullptr : object->if_contains("data");
  return data != nullptr && data->is_object() ? data->get_object() : json::object();
}

// A reply that is no longer kept took the digest of the file's content with it: whether this is the very same request
// cannot be told any more, and it is done all the same.
bool is_forgotten(ledger::Entry const& entry, ipc::Request const& request) {
  return !entry.reply && entry.operation == request.op && entry.actor == request.caller.actor;
}

}  // namespace

Restoration::Restoration(StatePaths const& paths, std::string fresh_store_uuid, Directory const& directory,
                         Clock& clock, RestoreWatch watch)
    : paths_(paths),
      fresh_store_uuid_(std::move(fresh_store_uuid)),
      directory_(directory),
      clock_(clock),
      watch_(std::move(watch)) {
  kept_ = paths_.directory + "/before-restore-" + stamp(clock.now().wall);
}

Restoration::~Restoration() {
  if (staged_) (void)files::remove(staged_->path() + "-wal");
}

Result<void> Restoration::stage(std::string const& file, SteadyTime deadline) {
  if (storage::log_holds_commits(file + "-wal")) {
    auto error = fail(ErrorCode::refused, file + " has a WAL beside it, so it is not all of a store");
    error.hint = kGiveASnapshot;
    return error;
  }
  DECAPOD_TRY(auto fresh, make_copy_file(paths_));
  staged_.emplace(std::move(fresh));
  DECAPOD_TRY(auto const digest, files::copy_in(file, staged_->path(), paths_, deadline));
  digest_ = hex(digest);
  auto judged = judge(deadline);
  if (!judged) return unfit(std::move(judged).error(), file);
  reached(RestoreStep::staged);
  crash::reach(crash::Point::restore_staged);
  return {};
}

Result<void> Restoration::judge(SteadyTime deadline) {
  // SQLite would take it for a new database.
  if (!files::has_content(staged_->path())) return fail(ErrorCode::input_unreadable, "the file is empty");
  auto engine = Engine::open({.paths = paths_,
                              .mode = storage::OpenMode::read_private,
                              .on_close = storage::OnClose::keep_wal,
                              .standing = contract::Standing::staged,
                              .file = staged_->path()},
                             directory_, clock_);
  if (!engine) return std::move(engine).error();
  store_uuid_ = (*engine)->facts().store_uuid;
  generation_ = (*engine)->facts().generation;
  epoch_ = (*engine)->ledger().epoch();
  if (store_uuid_.empty()) return fail(ErrorCode::input_unreadable, "the file is not a decapod store");
  return judge_content((*engine)->database(), store_uuid_, deadline);
}

Result<Recalled> Restoration::recall(std::string const& key, Completion const& complete) {
  auto const unless_corrupt = [](Error error) -> Result<Recalled> {
    if (error.code != ErrorCode::corrupt) return error;
    return Recalled{};
  };
  auto engine = Engine::open({.paths = paths_, .fresh_store_uuid = fresh_store_uuid_}, directory_, clock_);
  if (!engine) return unless_corrupt(std::move(engine).error());
  auto const entry = entry_in(**engine, key);
  if (!entry) return unless_corrupt(entry.error());
  Recalled recalled{.ledger = LedgerState::asked, .reply = std::nullopt};
  if (*entry) {
    auto const job = complete(answered_in(**entry));
    recalled.reply = (*engine)->write(std::span(&job, 1)).front();
    if (is_forgotten(**entry, job.request)) {
      recalled.reply = no_longer_kept(key, **entry);
      recalled.reply->vouched = ipc::Vouched::yes;
    }
  }
  (*engine)->settle();
  return recalled;
}

Result<OldStore> Restoration::retire(Job const& job) {
  OldStore old;
  auto engine = Engine::open({.paths = paths_, .fresh_store_uuid = fresh_store_uuid_}, directory_, clock_);
  if (!engine) {
    if (engine.error().code != ErrorCode::corrupt) return engine.error();
    // How far it had come its witness may still know: what it gave out is not to be given out again.
    auto const last = Witness(paths_.directory).read();
    if (last && last->store_uuid == store_uuid_) {
      old.store_uuid = last->store_uuid;
      old.generation = last->generation;
      old.epoch = last->epoch;
      old.mutations.size = last->commit_seq;
    }
    reached(RestoreStep::retired);
    return old;
  }
  auto& store = **engine;
  auto const entry = entry_in(store, job.request.idempotency_key);
  if (!entry && entry.error().code != ErrorCode::corrupt) return entry.error();
  if (entry) old.ledger = LedgerState::asked;
  if (entry && *entry && job.request.dry_run == ipc::DryRun::no) {
    old.replayed = store.write(std::span(&job, 1)).front();
    return old;
  }
  try {
    auto end = store.end_line(job);
    // A policy that nobody can verify any more is left by the operator's hand alone.
    bool const spoken_for = job.request.arguments.contains("statement");
    bool const unsound = !end && end.error().code == ErrorCode::policy_invalid;
    if (!end && !(unsound && spoken_for)) return std::move(end).error();
    // Whoever removes a governed store and makes another one is not let by that one.
    if (end && end->has_operator) {
      old.lasting = std::move(end->lasting);
      old.judged = Judged::yes;
    }
    TrailExport trail(paths_);
    store.settle();
    while (job.request.dry_run == ipc::DryRun::no && trail.catch_up(store.database()) == Progress::more) {
    }
  } catch (storage::Failure const& failure) {
    if (failure.error().code != ErrorCode::corrupt) return failure.error();
  }
  old.readable = Readable::yes;
  old.store_uuid = store.facts().store_uuid;
  old.generation = store.facts().generation;
  old.epoch = store.ledger().epoch();
  old.mutations = store.ledger().position().mutations;
  DECAPOD_CHECK(close_old(*std::move(engine)));
  reached(RestoreStep::retired);
  crash::reach(crash::Point::restore_old_retired);
  return old;
}

Result<void> Restoration::close_old(std::unique_ptr<Engine> engine) {
  engine->close();
  engine.reset();
  if (!storage::log_holds_commits(paths_.wal)) return {};
  return fail(ErrorCode::unreachable, "the store's WAL could not be folded into it, so nothing was replaced",
              {{"path", paths_.wal}});
}

// Whether a snapshot was restored before, and what was given out since, only the line that was lost could tell. Where
// it is gone the next generation is drawn, so that the tokens of two such lines do not meet.
std::int64_t Restoration::next_generation(OldStore const& old) const {
  auto const next = std::max(generation_, old.generation) + 1;
  if (old.store_uuid == store_uuid_) return next;
  constexpr std::int64_t kDrawnFrom = std::int64_t{1} << 14;
  // However often it happens, there are generations left.
  auto const room = std::min(kDrawnFrom, (ledger::kGenerationMost - next) / 8);
  auto const drawn = static_cast<std::int64_t>(hash128(fresh_store_uuid_).low >> 1U);
  return room > 0 ? next + drawn % room : next;
}

Result<ipc::Reply> Restoration::commit(Job const& job, OldStore const& old) {
  auto const generation = next_generation(old);
  auto const epoch = std::max(epoch_, old.epoch);
  try {
    DECAPOD_TRY(auto const staged, storage::Database::open({.path = staged_->path()}));
    storage::Transaction transaction(*staged, storage::TransactionKind::write);
    ledger::Ledger::begin_generation(*staged, generation, epoch);
    transaction.commit();
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
  DECAPOD_TRY(auto engine,
              Engine::open({.paths = paths_, .standing = contract::Standing::staged, .file = staged_->path()},
                           directory_, clock_));
  DECAPOD_TRY(auto const known, entry_in(*engine, job.request.idempotency_key));
  if (known) {
    return fail(ErrorCode::request_id_conflict,
                "the snapshot has a request with the id '" + job.request.idempotency_key + "' already");
  }
  if (old.judged == Judged::no) {
    DECAPOD_CHECK(engine->judge_by_statement(
        job, {.snapshot = digest_,
              .published = files::first_line(published_key_beside(paths_.directory)),
              .trail = files::any_holds(paths_.audit_directory, "\"policy/key/") ? Engine::TrailSays::key_pinned
                                                                                 : Engine::TrailSays::nothing}));
  }
  // Statements are for one store: those of another mean nothing here.
  if (old.judged == Judged::yes && old.store_uuid == store_uuid_) DECAPOD_CHECK(engine->carry_on(old.lasting));
  auto reply = engine->write(std::span(&job, 1)).front();
  bool const sound = engine->health() == Health::sound;
  engine.reset();
  // Whatever failed, nobody has seen this file: nothing of it counts until it is in place.
  if (!sound || storage::log_holds_commits(staged_->path() + "-wal")) {
    return fail(ErrorCode::unreachable, "the snapshot could not be prepared, so nothing was replaced");
  }
  reached(RestoreStep::committed);
  crash::reach(crash::Point::restore_committed);
  return reply;
}

Result<void> Restoration::replace(Keep keep) {
  if (keep == Keep::old_store) DECAPOD_CHECK(keep_old());
  reached(RestoreStep::kept);
  crash::reach(crash::Point::restore_old_kept);
  DECAPOD_CHECK(move_trail());
  reached(RestoreStep::trail_aside);
  crash::reach(crash::Point::restore_trail_moved);
  DECAPOD_CHECK(files::remove(paths_.wal));
  // The new line has less than the old one had acknowledged, and that is wanted.
  DECAPOD_CHECK(files::remove(witness_path(paths_.directory)));
  DECAPOD_CHECK(sync_directory(paths_.directory));
  reached(RestoreStep::wal_removed);
  crash::reach(crash::Point::restore_wal_removed);
  DECAPOD_CHECK(files::rename(staged_->path(), paths_.database));
  auto const synced = sync_directory(paths_.directory);
  reached(RestoreStep::replaced);
  crash::reach(crash::Point::restore_replaced);
  if (synced) return {};
  return fail(ErrorCode::outcome_unknown, "the snapshot is in place, but " + synced.error().message);
}

Result<void> Restoration::keep_old() {
  bool const has_database = files::exists(paths_.database);
  bool const has_commits = storage::log_holds_commits(paths_.wal);
  if (!has_database && !has_commits) return {};
  DECAPOD_CHECK(files::make_directory(kept_));
  if (has_database) DECAPOD_CHECK(files::link(paths_.database, kept_ + "/decapod.db"));
  if (has_commits) DECAPOD_CHECK(files::link(paths_.wal, kept_ + "/decapod.db-wal"));
  DECAPOD_CHECK(sync_directory(kept_));
  return sync_directory(paths_.directory);
}

Result<void> Restoration::move_trail() {
  if (!files::exists(paths_.audit_directory)) return {};
  DECAPOD_CHECK(files::make_directory(kept_));
  DECAPOD_CHECK(files::rename(paths_.audit_directory, kept_ + "/audit"));
  DECAPOD_CHECK(sync_directory(kept_));
  return sync_directory(paths_.directory);
}

}  // namespace decapod::broker
