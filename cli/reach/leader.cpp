#include "leader.h"

#include <decapod/broker/trail_export.h>
#include <decapod/crash/point.h>

#include <fmt/core.h>

#include <exception>

namespace decapod::reach {
namespace {

bool wants_write(Own const& own) {
  return own.type.verb->access == Access::write;
}

ipc::Reply run(broker::Engine& engine, Own const& own, SteadyTime arrived) {
  broker::Job const job{.request = own.request, .arrived = arrived, .deadline = own.deadline};
  if (!wants_write(own)) return engine.read(job).reply;
  return engine.write(std::span(&job, 1)).front();
}

}  // namespace

Leader::Leader(StatePaths const& paths, TenureWishes wishes, Build const& build, broker::Directory const& directory,
               Clock& clock, Machine& machine, Gathered gathered)
    : paths_(paths),
      wishes_(wishes),
      build_(build),
      directory_(directory),
      clock_(clock),
      machine_(machine),
      gathered_(std::move(gathered)),
      log_(paths.broker_log, clock, wishes.log_bytes) {}

Result<Led> Leader::lead(election::LeaderLock lock, Own const& own, Sockets sockets, broker::Want want) {
  crash::reach(crash::Point::lock_taken);
  DECAPOD_CHECK(machine_.judge_lock());
  if (lock.access() == election::LockAccess::read_only) {
    DECAPOD_TRY(auto reply, answer_read_only(own));
    return Led{.reply = std::move(reply), .sockets = sockets};
  }
  if (sockets == Sockets::usable) {
    auto const listening = machine_.listen();
    if (listening) {
      Listener listener(machine_, listening->descriptor);
      log_.line("lead");
      socket_ = listening->inode;
      crash::reach(crash::Point::listening);
      return answer_and_hand_over(std::move(lock), own, std::move(listener), listening->predecessor, want);
    }
    if (listening.error() != ipc::Refusal::exhausted) sockets = Sockets::refused;
  }
  log_.line("lead directly");
  auto led = answer_directly(own);
  log_.line("leave: answered directly");
  if (led) led->sockets = sockets;
  return led;
}

// A heavy read gets a copy of the store instead of an answer, so that the lock is not held while it is read.
Led Leader::answer(broker::Engine& engine, Own const& own, SteadyTime arrived) {
  if (!broker::reads_a_copy(own.type)) return Led{.reply = run(engine, own, arrived)};
  broker::Job const job{.request = own.request, .arrived = arrived, .deadline = own.deadline};
  auto made = broker::copy_at_once(engine, paths_, job, clock_);
  if (broker::lacks_room(made.reply) && broker::may_be_read_itself(paths_)) {
    return Led{.reply = run(engine, own, arrived)};
  }
  return Led{.reply = std::move(made.reply), .copy = std::move(made.copy)};
}

Result<std::unique_ptr<broker::Engine>> Leader::open_engine(storage::OpenMode mode, storage::OnClose on_close,
                                                            broker::Predecessor predecessor) {
  auto engine = broker::Engine::open({.paths = paths_,
                                      .mode = mode,
                                      .on_close = on_close,
                                      .fresh_store_uuid = gathered_.fresh_store_uuid,
                                      .predecessor = predecessor},
                                     directory_, clock_);
  if (!engine && engine.error().code == ErrorCode::corrupt && engine.error().hint.empty()) {
    auto error = std::move(engine).error();
    error.hint = fmt::format(
        "keep a copy of {}, then put a snapshot in the store's place: `decapod broker restore FILE`", paths_.directory);
    return error;
  }
  return engine;
}

// A store whose database may not be written still answers reads.
Result<Led> Leader::answer_unwritable(Own const& own, Error refusal) {
  if (refusal.code != ErrorCode::not_writable) return refusal;
  if (wants_write(own)) {
    refusal.hint = "`decapod doctor` says which file it is, and how to let yourself in";
    return refusal;
  }
  DECAPOD_TRY(auto reply, answer_read_only(own));
  return Led{.reply = std::move(reply)};
}

// Open the store, answer, then leave a broker or serve who is queued.
Result<Led> Leader::answer_and_hand_over(election::LeaderLock lock, Own const& own, Listener listener,
                                         broker::Predecessor predecessor, broker::Want want) {
  Succession succession{.lock = lock,
                        .listener = listener,
                        .want = want,
                        .heir = wishes_.idle.count() > 0 && machine_.room_for_a_broker() == Machine::Room::enough
                                    ? Heir::broker
                                    : Heir::nobody};
  auto const arrived = clock_.steady();
  bool const heavy = own.type.verb->weight == Weight::heavy;
  // First of all: it gets ready while the store is opened and the request is run.
  if (succession.heir == Heir::broker && !heavy) {
    succession.standby = stand_by(succession, broker::Predecessor::left, Machine::Awaited::release);
  }
  auto const on_close = succession.heir == Heir::broker ? storage::OnClose::keep_wal : storage::OnClose::checkpoint;
  auto engine = open_engine(storage::OpenMode::read_write, on_close, predecessor);
  if (!engine) {
    leave_nobody(succession);
    return answer_unwritable(own, std::move(engine).error());
  }
  if (heavy && succession.heir == Heir::broker) {
    // Opened here all the same: a store that cannot be opened is this command's error, not a broker's silent end.
    engine->reset();
    auto const broker = stand_by(succession, predecessor, Machine::Awaited::program);
    if (broker && broker->begin(std::nullopt) == Machine::Started::yes) {
      listener.close();
      return Led{};
    }
    engine = open_engine(storage::OpenMode::read_write, on_close, predecessor);
    if (!engine) {
      leave_nobody(succession);
      return engine.error();
    }
  }
  auto led = answer(**engine, own, arrived);
  crash::reach(crash::Point::own_request_run);
  settle(**engine);
  if ((*engine)->health() == broker::Health::lost) {
    // The socket stays, as after a crash: the next leader sees by it that records of reads may be missing.
    succession.standby.reset();
    listener.close();
    log_.line("leave: the store is lost to this process, as the lines above say");
  } else if (succession.heir == Heir::broker) {
    hand_over(*std::move(engine), std::move(succession));
  } else {
    serve_neighbours(*std::move(engine), succession);
  }
  return led;
}

void Leader::settle(broker::Engine& engine) {
  engine.settle();
  for (auto const& complaint : engine.take_complaints()) log_.line(complaint);
}

void Leader::close(broker::Engine& engine) {
  engine.close();
  for (auto const& complaint : engine.take_complaints()) log_.line(complaint);
}

// Those who are queued, in this process.
void Leader::serve_neighbours(std::unique_ptr<broker::Engine> engine, Succession const& succession) {
  broker::ServiceOptions const options{.paths = paths_,
                                       .rank = build_.rank,
                                       .build = build_.version,
                                       .want = succession.want,
                                       .log_bytes = wishes_.log_bytes};
  try {
    auto const ended = machine_.serve(broker::Server::Mode::queued_only, options, std::move(engine), succession.lock,
                                      succession.listener.release(), directory_, clock_);
    // Of an abandoned one the server has said why.
    if (ended.ending == broker::Ending::left) log_.line("leave: nobody was queued any more");
  } catch (std::exception const& fault) {
    // This command has its answer; whoever is queued finds the connection closed before a greeting, and elects.
    machine_.remove_own_socket(socket_);
    log_.line(fmt::format("leave: nobody who was queued could be served: {}", fault.what()));
  }
}

// Closes the store without a checkpoint, and starts the broker with lock and listener.
void Leader::hand_over(std::unique_ptr<broker::Engine> engine, Succession succession) {
  auto const& ledger = engine->ledger();
  auto const epoch = ledger.epoch_state() == ledger::Epoch::raised ? std::optional(ledger.epoch()) : std::nullopt;
  close(*engine);
  spent_ = std::move(engine);
  crash::reach(crash::Point::own_store_closed);
  if (succession.standby && succession.standby->begin(epoch) == Machine::Started::yes) {
    crash::reach(crash::Point::broker_spawned);
    succession.listener.close();
  } else {
    leave_nobody(succession);
    log_.line("leave: no process could be started");
  }
}

std::unique_ptr<Machine::Standby> Leader::stand_by(Succession const& succession, broker::Predecessor predecessor,
                                                   Machine::Awaited awaited) {
  Handover const handover{.state_directory = paths_.directory,
                          .boot_id = gathered_.boot_id,
                          .fresh_store_uuid = gathered_.fresh_store_uuid,
                          .idle = wishes_.idle,
                          .tenure = wishes_.longest,
                          .log_bytes = wishes_.log_bytes,
                          .predecessor = predecessor,
                          .want = succession.want};
  return machine_.stand_by(handover, succession.lock.descriptor(), succession.listener.number(), awaited);
}

// Everything that a broker would do in its life, in one command.
Result<Led> Leader::answer_directly(Own const& own) {
  auto const arrived = clock_.steady();
  // A socket that is still there was left by a broker that crashed; the next client should not try it.
  auto const predecessor = machine_.has_socket() ? broker::Predecessor::crashed : broker::Predecessor::left;
  auto engine = open_engine(storage::OpenMode::read_write, storage::OnClose::checkpoint, predecessor);
  if (!engine) return answer_unwritable(own, std::move(engine).error());
  if (predecessor == broker::Predecessor::crashed) machine_.remove_socket();
  auto led = answer(**engine, own, arrived);
  settle(**engine);
  if ((*engine)->health() == broker::Health::lost) return led;
  broker::TrailExport trail(paths_);
  try {
    trail.catch_up((*engine)->database());
  } catch (storage::Failure const& failure) {
    log_.line(fmt::format("export: {}", failure.what()));
  }
  for (auto const& complaint : trail.take_complaints()) log_.line(complaint);
  close(**engine);
  return led;
}

// The lock is held through a read-only descriptor, so nobody writes or checkpoints meanwhile.
Result<ipc::Reply> Leader::answer_read_only(Own const& own) {
  if (wants_write(own)) {
    return fail(ErrorCode::not_writable,
                fmt::format("the state directory {} cannot be written from here", paths_.directory),
                {{"state_directory", paths_.directory}});
  }
  auto const mode = machine_.has_commits_in_wal() ? storage::OpenMode::read_wal : storage::OpenMode::read_immutable;
  DECAPOD_TRY(auto const engine, open_engine(mode, storage::OnClose::keep_wal, broker::Predecessor::left));
  return run(*engine, own, clock_.steady());
}

void Leader::leave_nobody(Succession& succession) {
  succession.standby.reset();
  machine_.remove_own_socket(socket_);
  succession.listener.close();
}

}  // namespace decapod::reach
