#include <decapod/broker/server.h>
#include <decapod/crash/point.h>
#include <decapod/ipc/hello.h>
#include <decapod/ipc/limits.h>

#include <fmt/core.h>

#include <algorithm>

namespace decapod::broker {
namespace {

constexpr Millis kTick{20};

constexpr Millis kGrace{100};

ipc::Hello make_greeting(ServiceOptions const& options, Engine const& engine, ServerIdentity const& identity) {
  return {.protocol_major = ipc::kProtocolMajor,
          .protocol_minor = ipc::kProtocolMinor,
          .build = options.build,
          .version_rank = options.rank.version,
          .schema_supported = options.rank.schema,
          .schema = engine.schema(),
          .store_uuid = engine.facts().store_uuid,
          .generation = engine.facts().generation,
          .state_dev = identity.state_dev,
          .state_ino = identity.state_ino,
          .epoch = engine.ledger().epoch(),
          .pid = identity.pid};
}

}  // namespace

Server::Server(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
               election::WantProbe want, Directory const& directory, Clock& clock, ServerIdentity const& identity,
               ServerShell& shell)
    : options_(options),
      lock_(lock),
      directory_(directory),
      clock_(clock),
      identity_(identity),
      shell_(shell),
      log_(options.paths.broker_log, clock, options.log_bytes),
      want_(std::move(want)),
      want_heeded_(options.want == Want::heeded),
      tenure_(options.limits, clock.steady()),
      socket_inode_(shell.socket_inode()),
      started_(clock.steady()),
      greeting_(ipc::make_hello(make_greeting(options, *engine, identity))),
      worker_(std::move(engine), options.paths, options.queue, worker_events(), clock) {}

WorkerEvents Server::worker_events() {
  return {
      .replies =
          [this](std::vector<Done> done, std::set<std::string> changed) {
            // Shared, as an action that waits may be copied.
            auto const all = std::make_shared<std::vector<Done>>(std::move(done));
            shell_.post([this, all, c = std::move(changed)] { on_replies(std::move(*all), c); });
          },
      .complaints =
          [this](std::vector<std::string> complaints) {
            shell_.post([this, c = std::move(complaints)] {
              for (auto const& complaint : c) log_.line(complaint);
            });
          },
      .lost =
          [this] {
            worker_is_lost_ = true;
            try {
              shell_.post([this] { abandon(); });
            } catch (std::exception const&) {
              // The next tick finds out; in a drain, the watchdog ends it.
            }
          },
      .stopped = [this] { shell_.post([this] { shell_.end(); }); },
      .work = [this] { shell_.wake_worker(); },
  };
}

void Server::start(Mode mode) {
  mode_ = mode;
  if (mode == Mode::queued_only) return begin_drain(election::LeaveReason::idle);
  on_tick();
}

Ended Server::ended() const {
  return {.ending = ending_, .reason = reason_};
}

void Server::arrived(Arrival arrival) {
  if (phase_ != Phase::finishing) admit(std::move(arrival), is_leaving() ? Leaving::yes : Leaving::no);
}

void Server::admit(Arrival arrival, Leaving leaving) {
  if (arrival.peer == Peer::stranger) {
    log_.line("refused a connection of another user");
    return;
  }
  if (connections_.size() >= ipc::kConnectionsMax) return;
  auto const id = ++last_connection_;
  auto connection =
      std::make_shared<Connection>(id, std::move(arrival.wire), static_cast<ConnectionHost&>(*this), clock_.steady());
  connections_.emplace(id, connection);
  connection->start(greeting_, leaving);
}

void Server::time_is_up(ServerTimer timer) {
  switch (timer) {
    case ServerTimer::tick:
      if (!is_leaving()) on_tick();
      return;
    case ServerTimer::drain:
      return send_all_away(Connection::Force::yes);
    case ServerTimer::watchdog:
      return give_drain_up();
    case ServerTimer::grace:
      return shell_.end();
  }
}

void Server::on_tick() {
  if (worker_is_lost_) return abandon();
  look_around();
  auto const now = clock_.steady();
  auto const reason = tenure_.verdict(now);
  bool const stays = reason == election::LeaveReason::idle && somebody_is_about_to_ask(now);
  if (reason && !stays && !is_leaving()) return begin_drain(*reason);
  auto const rest = std::min<std::chrono::nanoseconds>(
      kTick, std::max<std::chrono::nanoseconds>(options_.limits.idle / 2, Millis(1)));
  shell_.arm(ServerTimer::tick, rest);
}

bool Server::somebody_is_about_to_ask(SteadyTime now) const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [now](auto const& each) { return each.second->is_about_to_ask(now); });
}

void Server::look_around() {
  if (!lock_.still_current()) tenure_.leave_for(election::LeaveReason::replaced);
  bool const wanted = want_.somebody_waits();
  if (!wanted || clock_.steady() - started_ >= kWantIgnored) want_heeded_ = true;
  if (wanted && want_heeded_) tenure_.leave_for(election::LeaveReason::wanted);
}

// Leaves without losing anybody: no new name to find, then everybody who found it before, then the store.
void Server::begin_drain(election::LeaveReason reason) {
  if (is_leaving()) return;
  phase_ = Phase::draining;
  reason_ = reason;
  crash::reach(crash::Point::drain_begun);
  worker_.stop_copying();
  shell_.disarm(ServerTimer::tick);
  shell_.arm(ServerTimer::watchdog, options_.drain_watchdog);
  // A socket under our name that is not ours belongs to a store that has taken this one's place.
  if (reason != election::LeaveReason::replaced) shell_.remove_socket(socket_inode_);
  crash::reach(crash::Point::socket_unlinked);
  shell_.stop_listening();
  crash::reach(crash::Point::listener_shut);
  auto const before = connections_;
  while (auto queued = shell_.next_queued()) admit(*std::move(queued), Leaving::yes);
  crash::reach(crash::Point::queue_accepted);
  for (auto const& [id, connection] : before) connection->send_away(Connection::Force::no);
  shell_.arm(ServerTimer::drain, ipc::kDrainTimeout);
  finish_when_empty();
}

void Server::send_all_away(Connection::Force force) {
  auto const all = connections_;
  for (auto const& [id, connection] : all) connection->send_away(force);
}

void Server::give_drain_up() {
  log_.line("leave: the drain did not end in time");
  // A command that serves its neighbours has an answer of its own to print; what is still queued is light.
  // A refused connection costs a client milliseconds, a silent one its whole patience: let go, whatever hangs.
  if (mode_ == Mode::tenure) shell_.die();
  auto const all = connections_;
  for (auto const& [id, connection] : all) connection->close();
  shell_.end();
}

void Server::finish_when_empty() {
  if (phase_ != Phase::draining || !connections_.empty()) return;
  phase_ = Phase::finishing;
  crash::reach(crash::Point::drain_over);
  shell_.disarm(ServerTimer::drain);
  worker_.stop();
}

// The engine cannot vouch for the store any more: tell everybody what is known, then go without touching it.
void Server::abandon() {
  if (ending_ == Ending::abandoned) return;
  ending_ = Ending::abandoned;
  if (phase_ == Phase::serving) phase_ = Phase::draining;
  reason_ = election::LeaveReason::failed;
  // First: whatever fails on the way, this process lets go of the lock.
  shell_.arm(ServerTimer::grace, kGrace);
  send_all_away(Connection::Force::yes);
  log_.line("leave: the store is lost to this process, as the lines above say");
}

void Server::faulted(std::string_view what) {
  // Not even the farewell can be said.
  if (ending_ == Ending::abandoned) return shell_.end();
  try {
    abandon();
    log_.line(fmt::format("a fault of the server: {}", what));
  } catch (std::exception const&) {
    shell_.end();
  }
}

}  // namespace decapod::broker
