#include "service_loop.h"

#include <decapod/base/descriptor.h>
#include <decapod/ipc/endpoint.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <thread>

namespace decapod::broker {
namespace {

// For a turn of the worker after the loop has ended: longer only if the device under the store hangs.
constexpr Millis kLastTurn{1000};

ServerIdentity identity_of(StatePaths const& paths) {
  ServerIdentity identity{.pid = getpid()};
  struct stat facts {};
  if (stat(paths.directory.c_str(), &facts) == 0) {
    identity.state_dev = facts.st_dev;
    identity.state_ino = facts.st_ino;
  }
  return identity;
}

Arrival arrival_of(Socket socket) {
  auto const uid = ipc::peer_uid(socket.native_handle());
  bool const ours = uid && (*uid == geteuid() || *uid == 0);
  return {.wire = std::make_shared<AsioWire>(std::move(socket)), .peer = ours ? Peer::ours : Peer::stranger};
}

constexpr std::array kLeaveSignals{SIGTERM, SIGINT, SIGHUP};

using Acceptor = asio::local::stream_protocol::acceptor;

Acceptor acceptor_on(asio::io_context& io, Descriptor listener) {
  Acceptor acceptor(io, asio::local::stream_protocol(), listener.get());
  listener.release();
  return acceptor;
}

}  // namespace

sigset_t leave_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int const number : kLeaveSignals) sigaddset(&signals, number);
  return signals;
}

ServiceLoop::ServiceLoop(ServiceOptions const& options, std::unique_ptr<Engine> engine,
                         election::LeaderLock const& lock, Descriptor listener, Directory const& directory,
                         Clock& clock)
    : paths_(options.paths),
      acceptor_(acceptor_on(io_, std::move(listener))),
      timers_{asio::steady_timer(io_), asio::steady_timer(io_), asio::steady_timer(io_), asio::steady_timer(io_)},
      server_(options, std::move(engine), lock, election::WantProbe(options.paths.want_lock), directory, clock,
              identity_of(options.paths), *this) {
  acceptor_.non_blocking(true);
  thread_.emplace(server_.worker());
}

Ended ServiceLoop::run(Server::Mode mode) {
  if (mode == Server::Mode::tenure) {
    accept_next();
    signals_.emplace(io_);
    for (int const number : kLeaveSignals) signals_->add(number);
    signals_->async_wait([this](boost::system::error_code error, int) {
      if (!error) server_.signalled();
    });
    auto const blocked = leave_signals();
    pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);  // in this thread alone
  }
  server_.start(mode);
  while (!io_.stopped()) {
    try {
      io_.run();
    } catch (std::exception const& fault) {
      server_.faulted(fault.what());
    }
  }
  return server_.ended();
}

bool ServiceLoop::worker_stops() {
  return thread_->stops_within(kLastTurn);
}

void ServiceLoop::accept_next() {
  acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
    if (!error) arrived(std::move(socket));
    if (server_.is_leaving() || error == asio::error::operation_aborted) return;
    if (error) return accept_later();
    accept_next();
  });
}

// One who cannot be let in for want of memory finds the connection closed before a greeting.
void ServiceLoop::arrived(Socket socket) {
  try {
    server_.arrived(arrival_of(std::move(socket)));
  } catch (std::bad_alloc const&) {
    // The others are served.
  }
}

// Out of descriptors or memory: whoever waits stays in the kernel's queue until there is room again.
void ServiceLoop::accept_later() {
  auto const pause = std::make_shared<asio::steady_timer>(io_, Millis(10));
  pause->async_wait([this, pause](boost::system::error_code) {
    if (!server_.is_leaving()) accept_next();
  });
}

std::uint64_t ServiceLoop::socket_inode() {
  return ipc::socket_inode(paths_);
}

void ServiceLoop::remove_socket(std::uint64_t inode) {
  ipc::remove_socket(paths_, inode);
}

void ServiceLoop::stop_listening() {
  boost::system::error_code ignored;
  acceptor_.cancel(ignored);
  shutdown(acceptor_.native_handle(), SHUT_RD);
}

std::optional<Arrival> ServiceLoop::next_queued() {
  for (;;) {
    boost::system::error_code error;
    Socket socket(io_);
    acceptor_.accept(socket, error);
    if (!error) return arrival_of(std::move(socket));
    if (error == asio::error::interrupted || error == asio::error::connection_aborted) continue;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    return std::nullopt;
  }
}

void ServiceLoop::arm(ServerTimer timer, std::chrono::nanoseconds time) {
  of(timer).expires_after(time);
  of(timer).async_wait([this, timer](boost::system::error_code error) {
    // A handler that was queued already cannot be recalled: what counts is whether the time is up now.
    bool const up = of(timer).expiry() <= asio::steady_timer::clock_type::now();
    if (!error && up) server_.time_is_up(timer);
  });
}

void ServiceLoop::disarm(ServerTimer timer) {
  of(timer).expires_at(asio::steady_timer::time_point::max());
}

void ServiceLoop::post(std::function<void()> action) {
  asio::post(io_, std::move(action));
}

void ServiceLoop::wake_worker() {
  if (thread_) thread_->wake();
}

void ServiceLoop::die() {
  _exit(1);
}

namespace {

// A worker that hangs must not hold up a command that has its answer. What it uses lives on until its turn ends, and so
// does the lock: nobody else may lead while it may write.
void leave_behind(std::unique_ptr<ServiceLoop> loop, Descriptor lock) {
  auto* const left = loop.release();
  int const held = lock.release();
  try {
    std::thread([left, held] {
      delete left;
      close(held);
    }).detach();
  } catch (std::system_error const&) {
    // No thread can be had: then both last as long as the process.
  }
}

// Made before anybody is served: once a worker hangs it is too late to find that there is no descriptor left.
Descriptor copy_of(election::LeaderLock const& lock) {
  Descriptor copy(fcntl(lock.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw std::system_error(errno, std::generic_category(), "a copy of the lock");
  return copy;
}

Ended run_to_its_end(std::unique_ptr<ServiceLoop> loop, Server::Mode mode, election::LeaderLock const& lock) {
  auto copy = mode == Server::Mode::tenure ? Descriptor() : copy_of(lock);
  Ended ended;
  std::exception_ptr fault;
  try {
    ended = loop->run(mode);
  } catch (std::exception const&) {
    fault = std::current_exception();
  }
  if (!loop->worker_stops()) {
    if (mode == Server::Mode::tenure) _exit(1);
    leave_behind(std::move(loop), std::move(copy));
  }
  if (fault) std::rethrow_exception(fault);
  return ended;
}

}  // namespace

Ended serve(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
            Descriptor listener, Directory const& directory, Clock& clock) {
  return run_to_its_end(
      std::make_unique<ServiceLoop>(options, std::move(engine), lock, std::move(listener), directory, clock),
      Server::Mode::tenure, lock);
}

Ended serve_queued(ServiceOptions const& options, std::unique_ptr<Engine> engine, election::LeaderLock const& lock,
                   Descriptor listener, Directory const& directory, Clock& clock) {
  return run_to_its_end(
      std::make_unique<ServiceLoop>(options, std::move(engine), lock, std::move(listener), directory, clock),
      Server::Mode::queued_only, lock);
}

}  // namespace decapod::broker
