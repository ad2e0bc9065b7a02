#include "service_loop.h"

#include <decapod/ipc/endpoint.h>
#include <decapod/ipc/limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

namespace decapod::broker {
namespace {

constexpr Millis kTick{20};

ipc::Hello make_greeting(ServiceOptions const& options, Engine const& engine) {
  ipc::Hello hello{.protocol_major = ipc::kProtocolMajor,
                   .protocol_minor = ipc::kProtocolMinor,
                   .build = options.build,
                   .version_rank = options.rank.version,
                   .schema_supported = options.rank.schema,
                   .schema = engine.schema(),
                   .store_uuid = engine.facts().store_uuid,
                   .generation = engine.facts().generation,
                   .epoch = engine.ledger().epoch(),
                   .pid = getpid()};
  struct stat facts {};
  if (stat(options.paths.directory.c_str(), &facts) == 0) {
    hello.state_dev = facts.st_dev;
    hello.state_ino = facts.st_ino;
  }
  return hello;
}

}  // namespace

ServiceLoop::ServiceLoop(ServiceOptions const& options, std::unique_ptr<Engine> engine,
                         election::LeaderLock const& lock, int listener, Directory const& directory, Clock& clock)
    : options_(options),
      lock_(lock),
      directory_(directory),
      clock_(clock),
      log_(options.paths.broker_log, clock, options.log_bytes),
      want_(options.paths.want_lock),
      want_heeded_(options.want == Want::heeded),
      tenure_(options.limits, clock.steady()),
      acceptor_(io_, asio::local::stream_protocol(), listener),
      tick_(io_),
      watchdog_(io_),
      socket_inode_(ipc::socket_inode(options.paths)),
      started_(clock.steady()),
      greeting_(ipc::make_hello(make_greeting(options, *engine))),
      worker_(std::move(engine), options.paths, options.queue, worker_events()) {
  acceptor_.non_blocking(true);
}

WorkerEvents ServiceLoop::worker_events() {
  return {
      .replies =
          [this](std::vector<Done> done, std::set<std::string> changed) {
            asio::post(io_,
                       [this, d = std::move(done), c = std::move(changed)]() mutable { on_replies(std::move(d), c); });
          },
      .complaints =
          [this](std::vector<std::string> complaints) {
            asio::post(io_, [this, c = std::move(complaints)] {
              for (auto const& complaint : c) log_.line(complaint);
            });
          },
      .lost = [this] { asio::post(io_, [this] { abandon(); }); },
      .stopped = [this] { asio::post(io_, [this] { io_.stop(); }); },
  };
}

Ended ServiceLoop::run(Mode mode) {
  mode_ = mode;
  if (mode == Mode::queued_only) {
    begin_drain(election::LeaveReason::idle);
  } else {
    accept_next();
    on_tick();
    signals_.emplace(io_, SIGTERM, SIGINT, SIGHUP);
    signals_->async_wait([this](boost::system::error_code error, int) {
      if (!error) tenure_.leave_for(election::LeaveReason::signalled);
    });
  }
  io_.run();
  return {.ending = abandoned_ ? Ending::abandoned : Ending::left, .reason = reason_};
}

void ServiceLoop::accept_next() {
  acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
    if (!error && !finishing_) admit(std::move(socket), draining_ ? Leaving::yes : Leaving::no);
    if (draining_ || error == asio::error::operation_aborted) return;
    if (error) return accept_later();
    accept_next();
  });
}

// Out of descriptors or memory: whoever waits stays in the kernel's queue until there is room again.
void ServiceLoop::accept_later() {
  auto const pause = std::make_shared<asio::steady_timer>(io_, Millis(10));
  pause->async_wait([this, pause](boost::system::error_code) {
    if (!draining_) accept_next();
  });
}

void ServiceLoop::admit(Socket socket, Leaving leaving) {
  auto const uid = ipc::peer_uid(socket.native_handle());
  if (!uid || (*uid != geteuid() && *uid != 0)) {
    log_.line("refused a connection of another user");
    return;
  }
  if (connections_.size() >= ipc::kConnectionsMax) return;
  auto const id = ++last_connection_;
  auto connection = std::make_shared<Connection>(id, std::move(socket), static_cast<ConnectionHost&>(*this));
  connections_.emplace(id, connection);
  connection->start(greeting_, leaving);
}

void ServiceLoop::on_tick() {
  look_around();
  auto const now = clock_.steady();
  if (auto const reason = tenure_.verdict(now); reason && !draining_) return begin_drain(*reason);
  auto const rest = std::min<std::chrono::nanoseconds>(
      kTick, std::max<std::chrono::nanoseconds>(options_.limits.idle / 2, Millis(1)));
  tick_.expires_after(rest);
  tick_.async_wait([this](boost::system::error_code error) {
    if (!error && !draining_) on_tick();
  });
}

void ServiceLoop::look_around() {
  if (!lock_.still_current()) tenure_.leave_for(election::LeaveReason::replaced);
  bool const wanted = want_.somebody_waits();
  if (!wanted || clock_.steady() - started_ >= kWantIgnored) want_heeded_ = true;
  if (wanted && want_heeded_) tenure_.leave_for(election::LeaveReason::wanted);
}

// Leaves without losing anybody: no new name to find, then everybody who found it before, then the store.
void ServiceLoop::begin_drain(election::LeaveReason reason) {
  if (draining_) return;
  draining_ = true;
  reason_ = reason;
  worker_.stop_copying();
  watch_drain();
  // A socket under our name that is not ours belongs to a store that has taken this one's place.
  if (reason != election::LeaveReason::replaced) ipc::remove_socket(options_.paths, socket_inode_);
  boost::system::error_code ignored;
  acceptor_.cancel(ignored);
  shutdown(acceptor_.native_handle(), SHUT_RD);
  auto const before = connections_;
  accept_queued();
  for (auto const& [id, connection] : before) connection->send_away(Connection::Force::no);
  tick_.expires_after(ipc::kDrainTimeout);
  tick_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    auto const silent = connections_;
    for (auto const& [id, connection] : silent) connection->send_away(Connection::Force::yes);
  });
  finish_when_empty();
}

void ServiceLoop::accept_queued() {
  boost::system::error_code ignored;
  for (;;) {
    boost::system::error_code error;
    Socket socket(io_);
    acceptor_.accept(socket, error);
    if (error == asio::error::interrupted || error == asio::error::connection_aborted) continue;
    if (error) break;
    admit(std::move(socket), Leaving::yes);
  }
  acceptor_.close(ignored);
}

void ServiceLoop::watch_drain() {
  watchdog_.expires_after(ipc::kDrainWatchdog);
  watchdog_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    log_.line("leave: the drain did not end in time");
    // A command that serves its neighbours has an answer of its own to print; what is still queued is light.
    if (mode_ == Mode::queued_only) return io_.stop();
    // A refused connection costs a client milliseconds, a silent one its whole patience: let go, whatever hangs.
    _exit(1);
  });
}

void ServiceLoop::finish_when_empty() {
  if (!draining_ || !connections_.empty() || finishing_) return;
  finishing_ = true;
  tick_.cancel();
  worker_.stop();
}

// The engine cannot vouch for the store any more: tell everybody what is known, then go without touching it.
void ServiceLoop::abandon() {
  abandoned_ = true;
  draining_ = true;
  reason_ = election::LeaveReason::failed;
  log_.line("leave: the store is lost to this process, as the lines above say");
  auto const all = connections_;
  for (auto const& [id, connection] : all) connection->send_away(Connection::Force::yes);
  auto const grace = std::make_shared<asio::steady_timer>(io_, Millis(100));
  grace->async_wait([this, grace](boost::system::error_code) { io_.stop(); });
}

Ended serve(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
            int listener, Directory const& directory, Clock& clock) {
  return ServiceLoop(options, std::move(engine), lock, listener, directory, clock).run(ServiceLoop::Mode::tenure);
}

Ended serve_queued(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
                   int listener, Directory const& directory, Clock& clock) {
  return ServiceLoop(options, std::move(engine), lock, listener, directory, clock).run(ServiceLoop::Mode::queued_only);
}

}  // namespace decapod::broker
