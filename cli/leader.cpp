#include "leader.h"

#include <decapod/broker/trail_export.h>
#include <decapod/crash/point.h>
#include <decapod/election/filesystem.h>
#include <decapod/ipc/endpoint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include "build_info.h"
#include "limits.h"

namespace decapod::cli {
namespace {

bool wants_write(Own const& own) {
  return own.type.verb->access == Access::write;
}

ipc::Reply run(broker::Engine& engine, Own const& own, SteadyTime arrived) {
  broker::Job const job{.request = own.request, .arrived = arrived, .deadline = own.deadline};
  if (!wants_write(own)) return engine.read(job).reply;
  return engine.write(std::span(&job, 1)).front();
}

bool has_content(std::string const& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && facts.st_size > 0;
}

}  // namespace

Leader::Leader(StatePaths const& paths, BrokerSettings const& settings, broker::Directory const& directory,
               Clock& clock, std::string boot_id, std::string fresh_store_uuid)
    : paths_(paths),
      settings_(settings),
      directory_(directory),
      clock_(clock),
      boot_id_(std::move(boot_id)),
      fresh_store_uuid_(std::move(fresh_store_uuid)),
      log_(paths.broker_log, clock, settings.log_bytes) {}

Result<Led> Leader::lead(election::LeaderLock lock, Own const& own, Sockets sockets, broker::Want want) {
  crash::reach(crash::Point::lock_taken);
  DECAPOD_CHECK(election::check_held(paths_.leader_lock));
  DECAPOD_CHECK(election::check_filesystem(paths_.directory, settings_.unreliable));
  if (lock.access() == election::LockAccess::read_only) {
    DECAPOD_TRY(auto reply, answer_read_only(own));
    return Led{.reply = std::move(reply), .sockets = sockets};
  }
  if (sockets == Sockets::usable) {
    auto const listening = ipc::listen_at(paths_);
    if (listening) {
      log_.line("lead");
      socket_ = listening->inode;
      crash::reach(crash::Point::listening);
      auto const predecessor =
          listening->predecessor_crashed ? broker::Predecessor::crashed : broker::Predecessor::left;
      return answer_and_hand_over(std::move(lock), own, listening->descriptor, predecessor, want);
    }
  }
  log_.line("lead directly");
  auto led = answer_directly(own);
  log_.line("leave: answered directly");
  if (led) led->sockets = Sockets::refused;
  return led;
}

// A heavy read gets a copy of the store instead of an answer, so that the lock is not held while it is read.
Led Leader::answer(broker::Engine& engine, Own const& own, SteadyTime arrived) {
  if (!broker::reads_a_copy(own.type)) return Led{.reply = run(engine, own, arrived)};
  broker::Job const job{.request = own.request, .arrived = arrived, .deadline = own.deadline};
  auto made = broker::copy_at_once(engine, paths_, job, clock_);
  return Led{.reply = std::move(made.reply), .copy = std::move(made.copy)};
}

Result<std::unique_ptr<broker::Engine>> Leader::open_engine(storage::OpenMode mode, storage::OnClose on_close,
                                                            broker::Predecessor predecessor) {
  auto engine = broker::Engine::open({.paths = paths_,
                                      .mode = mode,
                                      .on_close = on_close,
                                      .fresh_store_uuid = fresh_store_uuid_,
                                      .predecessor = predecessor},
                                     directory_, clock_);
  if (!engine && engine.error().code == ErrorCode::corrupt) {
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

bool Leader::spawn(Handover const& handover, int lock, int listener) {
  auto const child = spawn_broker(handover, lock, listener);
  if (child) spawned_.push_back(*child);
  return child.has_value();
}

void Leader::reap() {
  std::erase_if(spawned_, [](pid_t child) { return waitpid(child, nullptr, WNOHANG) != 0; });
}

Result<Led> Leader::answer_and_hand_over(election::LeaderLock lock, Own const& own, int listener,
                                         broker::Predecessor predecessor, broker::Want want) {
  Handover handover{.state_directory = paths_.directory,
                    .boot_id = boot_id_,
                    .fresh_store_uuid = fresh_store_uuid_,
                    .idle = settings_.idle,
                    .tenure = settings_.max_tenure,
                    .log_bytes = settings_.log_bytes,
                    .epoch = std::nullopt,
                    .predecessor = predecessor,
                    .want = want};
  bool const may_spawn = settings_.idle.count() > 0 && room_for_a_broker() == Room::enough;
  auto const arrived = clock_.steady();
  auto engine = open_engine(storage::OpenMode::read_write,
                            may_spawn ? storage::OnClose::keep_wal : storage::OnClose::checkpoint, predecessor);
  if (!engine) {
    stop_listening(listener);
    return answer_unwritable(own, std::move(engine).error());
  }
  if (own.type.verb->weight == Weight::heavy && may_spawn) {
    // Opened here all the same: a store that cannot be opened is this command's error, not a broker's silent end.
    engine->reset();
    if (spawn(handover, lock.descriptor(), listener)) {
      close(listener);
      return Led{};
    }
    DECAPOD_TRY(*engine, open_engine(storage::OpenMode::read_write, storage::OnClose::keep_wal, predecessor));
  }
  auto led = answer(**engine, own, arrived);
  crash::reach(crash::Point::own_request_run);
  (*engine)->settle();
  for (auto const& complaint : (*engine)->take_complaints()) log_.line(complaint);
  if ((*engine)->health() == broker::Health::lost) {
    // The socket stays, as after a crash: the next leader sees by it that records of reads may be missing.
    close(listener);
    log_.line("leave: the store is lost to this process, as the lines above say");
    return led;
  }
  if (!may_spawn) {
    broker::ServiceOptions const options{.paths = paths_,
                                         .rank = own_rank(directory_),
                                         .build = std::string(kVersion),
                                         .want = want,
                                         .log_bytes = settings_.log_bytes};
    try {
      broker::serve_queued(options, *std::move(engine), lock, listener, directory_, clock_);
      log_.line("leave: nobody was queued any more");
    } catch (std::exception const& fault) {
      // This command has its answer; whoever is queued finds the connection closed before a greeting, and elects.
      ipc::remove_socket(paths_, socket_);
      log_.line(fmt::format("leave: nobody who was queued could be served: {}", fault.what()));
    }
    return led;
  }
  if ((*engine)->ledger().epoch_raised()) handover.epoch = (*engine)->ledger().epoch();
  handover.predecessor = broker::Predecessor::left;
  engine->reset();
  crash::reach(crash::Point::own_store_closed);
  if (spawn(handover, lock.descriptor(), listener)) {
    crash::reach(crash::Point::broker_spawned);
    close(listener);
  } else {
    stop_listening(listener);
    log_.line("leave: no process could be started");
  }
  return led;
}

// Everything that a broker would do in its life, in one command.
Result<Led> Leader::answer_directly(Own const& own) {
  auto const arrived = clock_.steady();
  // A socket that is still there was left by a broker that crashed; the next client should not try it.
  auto const predecessor = ipc::socket_inode(paths_) != 0 ? broker::Predecessor::crashed : broker::Predecessor::left;
  auto engine = open_engine(storage::OpenMode::read_write, storage::OnClose::checkpoint, predecessor);
  if (!engine) return answer_unwritable(own, std::move(engine).error());
  if (predecessor == broker::Predecessor::crashed) unlink(paths_.socket.c_str());
  auto led = answer(**engine, own, arrived);
  (*engine)->settle();
  for (auto const& complaint : (*engine)->take_complaints()) log_.line(complaint);
  if ((*engine)->health() == broker::Health::lost) return led;
  broker::TrailExport trail(paths_);
  try {
    trail.catch_up((*engine)->database());
  } catch (storage::Failure const& failure) {
    log_.line(fmt::format("export: {}", failure.what()));
  }
  for (auto const& complaint : trail.take_complaints()) log_.line(complaint);
  return led;
}

// The lock is held through a read-only descriptor, so nobody writes or checkpoints meanwhile.
Result<ipc::Reply> Leader::answer_read_only(Own const& own) {
  if (wants_write(own)) {
    return fail(ErrorCode::not_writable,
                fmt::format("the state directory {} cannot be written from here", paths_.directory),
                {{"state_directory", paths_.directory}});
  }
  auto const mode = has_content(paths_.wal) ? storage::OpenMode::read_wal : storage::OpenMode::read_immutable;
  DECAPOD_TRY(auto const engine, open_engine(mode, storage::OnClose::keep_wal, broker::Predecessor::left));
  return run(*engine, own, clock_.steady());
}

void Leader::stop_listening(int listener) {
  ipc::remove_socket(paths_, socket_);
  close(listener);
}

}  // namespace decapod::cli
