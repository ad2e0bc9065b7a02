#include <decapod/broker/engine.h>
#include <decapod/broker/remains.h>
#include <decapod/storage/transaction.h>

#include "opening.h"
#include "refusals.h"

namespace decapod::broker {
namespace {

// A light read may have to wait for the disk, which its budget does not count; but not for longer than this.
constexpr Millis kLightPatience{1000};

// What statements of this verb may take, if its client waits until `deadline`.
storage::Limit limit_of(Verb const& verb, SteadyTime deadline, SteadyTime now, std::atomic<bool> const* cancelled,
                        contract::Standing standing) {
  if (verb.weight == Weight::heavy) {
    // Nobody waits for the connection to a copy, but everybody for the processor.
    auto const pace = standing == contract::Standing::copy ? storage::Pace::gives_way : storage::Pace::full;
    return {.until = deadline, .worked = std::nullopt, .cancelled = cancelled, .pace = pace};
  }
  return {
      .until = std::min(deadline, now + kLightPatience), .worked = work_time() + verb.budget, .cancelled = cancelled};
}

Error over_budget(Verb const& verb) {
  return fail(ErrorCode::over_budget,
              "'" + operation_name(verb) + "' needs more of the broker than the " +
                  std::to_string(verb.budget.count()) + " ms of work that it may take from others",
              {{"budget_ms", verb.budget.count()}});
}

Error still_empty(std::string const& database) {
  auto error = fail(ErrorCode::not_writable,
                    "nothing was ever written to the store, and it cannot be written from here", {{"path", database}});
  error.hint = "run any decapod command where it can be written: the first one fills it";
  return error;
}

ipc::Reply answer(json::object data) {
  ipc::Reply reply;
  reply.status = ipc::Status::OK;
  reply.data = std::move(data);
  return reply;
}

// Statements are limited while it lives.
class Limited {
 public:
  Limited(storage::Database& database, storage::Limit const& limit) : database_(database) { database_.limit(limit); }
  Limited(Limited const&) = delete;
  Limited& operator=(Limited const&) = delete;
  ~Limited() { database_.limit({}); }

 private:
  storage::Database& database_;
};

}  // namespace

Engine::Engine(std::unique_ptr<storage::Database> database, StatePaths const& paths, Directory const& directory,
               Clock& clock)
    : database_(std::move(database)),
      directory_(directory),
      clock_(clock),
      tables_(*database_, directory),
      witness_(paths.directory) {}

Engine::~Engine() {
  // What cannot be vouched for is not checkpointed either: recovery decides.
  if (health_ == Health::lost) database_->set_on_close(storage::OnClose::keep_wal);
}

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions const& options, Directory const& directory, Clock& clock) {
  auto const& path = options.file.empty() ? options.paths.database : options.file;
  // SQLite takes an empty file for a store that is being made.
  if (options.file.empty()) {
    if (auto lost = lost_database(options.paths)) return *std::move(lost);
    if (options.mode != storage::OpenMode::read_write && is_unfilled(options.paths)) return still_empty(path);
  }
  // Whatever ends this, the log stays as it is.
  storage::OpenOptions opening{.path = path, .mode = options.mode, .on_close = storage::OnClose::keep_wal};
  opening.absent = storage::Absent::refuse;
  opening.vfs = options.vfs;
  auto database = storage::Database::open(opening);
  if (!database) {
    // It may have gone since.
    auto lost = options.file.empty() ? lost_database(options.paths) : std::nullopt;
    return lost ? *std::move(lost) : std::move(database).error();
  }
  std::unique_ptr<Engine> engine(new Engine(*std::move(database), options.paths, directory, clock));
  engine->writable_ = options.mode == storage::OpenMode::read_write;
  engine->facts_ = {.state_directory = options.paths.directory,
                    .standing = options.standing,
                    .file = options.file,
                    .exported = options.exported};
  engine->replies_kept_ = options.replies_kept;
  std::optional<std::uint64_t> epoch_behind;
  try {
    // What is put in the store's place was somebody's file, and nobody waits for it.
    auto const note = options.standing == contract::Standing::staged ? Tables::Note::proved : Tables::Note::believed;
    DECAPOD_TRY(engine->schema_, engine->tables_.open(options.mode, note));
    auto const name = engine->name_once(options.fresh_store_uuid);
    // A store that is anew knows of no tenure.
    engine->ledger_ = engine->make_ledger(name == Name::found ? options.tenure_epoch : std::nullopt);
    if (engine->database_->wal_frames() == 0) engine->folded_ = engine->ledger_->commit_seq();
    auto const& identity = engine->ledger_->identity();
    engine->facts_.store_uuid = identity.store_uuid;
    engine->facts_.generation = identity.generation;
    engine->facts_.epoch = engine->ledger_->epoch();
    epoch_behind = engine->ledger_->epoch_behind();
    if (engine->is_witnessed()) engine->look_for_losses(name);
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
  engine->directory_inode_ = inode_of(options.paths.directory);
  if (options.predecessor == Predecessor::crashed) {
    engine->note_by_itself("broker.takeover", "the last records of reads before this one may be missing");
  }
  if (epoch_behind) {
    engine->note_by_itself("broker.epoch", "the store said epoch " + std::to_string(*epoch_behind) +
                                               ", and its newest mutation was made in a later one");
  }
  engine->database_->set_on_close(options.on_close);
  return engine;
}

std::unique_ptr<ledger::Ledger> Engine::make_ledger(std::optional<std::uint64_t> epoch) {
  auto ledger = std::make_unique<ledger::Ledger>(*database_, epoch);
  ledger->begin_above(lost_epoch_);
  return ledger;
}

void Engine::fold(storage::CheckpointMode mode) {
  database_->checkpoint(mode);
  if (database_->wal_frames() == 0) folded_ = ledger_->commit_seq();
}

void Engine::note_by_itself(std::string operation, std::string words, std::vector<std::string> affected) {
  Job job;
  job.request.op = std::move(operation);
  job.request.caller.actor = "decapod";
  job.arrived = clock_.steady();
  note(job, audit::Status::GAP, std::move(words), std::move(affected));
}

Result<contract::Operation const*> Engine::readable(Job const& job) const {
  if (clock_.steady() >= job.deadline) return too_late(job);
  auto const* operation = directory_.find(job.request.op);
  if (operation != nullptr && operation->type->verb->access == Access::write) {
    return not_through_the_broker(job.request.op);
  }
  if (operation == nullptr || operation->type->verb->access != Access::read) {
    return fail(ErrorCode::unknown_verb, "there is no read '" + job.request.op + "'");
  }
  if (ledger_->commit_seq() < job.request.min_seq) {
    return fail(ErrorCode::store_behind, "the store has committed " + std::to_string(ledger_->commit_seq()) +
                                             " requests, not yet " + std::to_string(job.request.min_seq));
  }
  return operation;
}

contract::Context Engine::context_for(Job const& job, Instant const& instant) {
  facts_.epoch = ledger_->epoch();
  facts_.commit_seq = ledger_->commit_seq();
  auto const& token = job.request.trust_token;
  return {*database_,
          job.request.caller,
          instant,
          job.request.request_id,
          facts_,
          tables_.subsystems(),
          {.token = token ? std::string_view(*token) : std::string_view(), .memory = &policy_memory_}};
}

ipc::Reply Engine::refuse_read(Job const& job, Error const& error) {
  note(job, audit::Status::FAILED, name_of(error.code));
  return ipc::refusal(error, ipc::Status::NOT_COMMITTED);
}

ReadOutcome Engine::read(Job const& job, std::atomic<bool> const* cancelled) {
  try {
    return run_read(job, cancelled);
  } catch (std::exception const& fault) {
    return {ipc::refusal(fault_of(job.request.op, fault), ipc::Status::NOT_COMMITTED), clock_.now(), std::nullopt};
  }
}

ReadOutcome Engine::run_read(Job const& job, std::atomic<bool> const* cancelled) {
  auto const instant = clock_.now();
  auto const found = readable(job);
  if (!found) return {refuse_read(job, found.error()), instant, std::nullopt};
  auto const* operation = *found;
  auto context = context_for(job, instant);
  auto const run = [&]() -> Result<json::object> {
    DECAPOD_TRY(auto const arguments, operation->type->canonical(job.request.arguments));
    auto const& verb = *operation->type->verb;
    auto const limit = limit_of(verb, job.deadline, clock_.steady(), cancelled, facts_.standing);
    Limited const limited(*database_, limit);
    try {
      tables_.stand_in_for(*operation);
      if (operation->memory_tables != nullptr) operation->memory_tables(*database_);
      storage::Transaction snapshot(*database_, storage::TransactionKind::read);
      return operation->handle(context, arguments);
    } catch (storage::Failure const& failure) {
      if (failure.error().code == ErrorCode::unreachable) lose_store(failure.what());
      bool const interrupted = failure.error().code == ErrorCode::timeout;
      if (!interrupted) return failure.error();
      return limit.worked && work_time() >= *limit.worked ? over_budget(verb) : out_of_time(job);
    } catch (std::exception const& bug) {
      return fault_of(job.request.op, bug);
    }
  };
  auto result = run();
  ReadOutcome outcome{result ? answer(*std::move(result)) : refuse_read(job, result.error()), instant,
                      context.effects().valid_until};
  if (!writable_) outcome.reply.audited = ipc::Audited::no;
  // Last: nothing that is on record as answered fails after this.
  if (!outcome.reply.error) note(job, audit::Status::OK, "");
  return outcome;
}

void Engine::answer_went_unsent(std::string const& error) {
  if (!writable_) return;
  noted_.back().status = audit::Status::FAILED;
  noted_.back().error = error;
}

void Engine::note(SharedRead const& read) {
  if (!writable_) return;
  Job const job{.request = read.request, .arrived = {}, .deadline = {}};
  auto record = record_of(job, {.wall = read.at, .boot = {}, .boot_id = {}});
  record.key = read.key;
  record.latency_ms.us = read.latency_us;
  record.status = read.error.empty() ? audit::Status::OK : audit::Status::FAILED;
  record.error = read.error;
  record.served = read.served;
  record.commit_seq = ledger_->commit_seq();
  noted_.push_back(std::move(record));
}

}  // namespace decapod::broker
