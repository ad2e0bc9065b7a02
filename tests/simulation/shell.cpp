#include "shell.h"

#include <algorithm>

namespace decapod::sim {
namespace {

using broker::ServerTimer;
using broker::WireTimer;

// One client's stream, as the server has it.
class VirtualWire final : public broker::Wire, public std::enable_shared_from_this<VirtualWire> {
 public:
  VirtualWire(VirtualShell& shell, std::shared_ptr<Link> link) : shell_(shell), link_(std::move(link)) {}
  ~VirtualWire() override { hang_up(); }

  void attach(std::weak_ptr<broker::WireEvents> events) override {
    events_ = std::move(events);
    auto const weak = weak_from_this();
    link_->to_server->on_readable = [weak] {
      if (auto const self = weak.lock()) self->look_later();
    };
    link_->to_client->on_room = [weak] {
      if (auto const self = weak.lock()) self->push_later();
    };
  }

  void read() override {
    reading_ = true;
    look_later();
  }

  void write(std::string bytes) override {
    shell_.process().step_here("answers");
    sending_ = std::move(bytes);
    writing_ = true;
    push_later();
  }

  void arm(WireTimer timer, Millis time) override {
    auto const number = ++armed_[static_cast<std::size_t>(timer)];
    later(shell_.process().world().now() + time, [this, timer, number] {
      auto const events = events_.lock();
      if (events && armed_[static_cast<std::size_t>(timer)] == number) events->timed_out();
    });
  }

  void disarm(WireTimer timer) override { ++armed_[static_cast<std::size_t>(timer)]; }

  void close() override {
    for (auto& number : armed_) ++number;
    hang_up();
  }

 private:
  void later(SteadyTime when, std::function<void()> action) {
    shell_.later(when, [weak = weak_from_this(), action = std::move(action)] {
      if (auto const self = weak.lock()) action();
    });
  }

  SteadyTime soon() {
    auto& process = shell_.process();
    return process.world().now() + std::chrono::microseconds(process.world().delay(process.dice()));
  }

  void look_later() {
    if (!reading_ || looking_) return;
    looking_ = true;
    later(soon(), [this] { look(); });
  }

  void look() {
    looking_ = false;
    auto const events = events_.lock();
    auto& pipe = *link_->to_server;
    if (!events || !reading_ || closed_) return;
    if (pipe.is_at_end()) {
      reading_ = false;
      return events->ended();
    }
    auto const bytes = pipe.pull(broker::kReadAtOnce);
    if (bytes.empty()) return;
    reading_ = false;
    events->received(bytes);
  }

  void push_later() {
    if (!writing_ || pushing_) return;
    pushing_ = true;
    later(soon(), [this] { push(); });
  }

  void push() {
    pushing_ = false;
    auto const events = events_.lock();
    auto& pipe = *link_->to_client;
    if (!events || !writing_ || closed_) return;
    if (pipe.is_shut()) {
      writing_ = false;
      return events->ended();
    }
    sending_.erase(0, pipe.push(sending_));
    if (!sending_.empty()) return;
    writing_ = false;
    events->sent();
  }

  void hang_up() {
    if (std::exchange(closed_, true)) return;
    link_->close_server();
  }

  VirtualShell& shell_;
  std::shared_ptr<Link> link_;
  std::weak_ptr<broker::WireEvents> events_;
  std::array<std::uint64_t, 2> armed_{};
  std::string sending_;
  bool reading_ = false;
  bool looking_ = false;
  bool writing_ = false;
  bool pushing_ = false;
  bool closed_ = false;
};

}  // namespace

VirtualShell::VirtualShell(Host& host, Process& process, int listener)
    : host_(host), process_(process), number_(listener), listener_(host.net.listener(listener)) {
  if (!listener_) throw std::logic_error("there is no such listener");
}

VirtualShell::~VirtualShell() {
  listener_->on_arrival = nullptr;
  listener_.reset();
  if (number_ != 0) host_.net.close(number_);
}

void VirtualShell::later(SteadyTime when, std::function<void()> action) {
  process_.post(when, [weak = std::weak_ptr<char>(alive_), action = std::move(action)] {
    if (!weak.expired()) action();
  });
}

void VirtualShell::drive(broker::Server& server, broker::Server::Mode mode) {
  server_ = &server;
  auto const& world = process_.world();
  turn_at(world.now() + server.worker().patience());
  if (mode == broker::Server::Mode::tenure) {
    listener_->on_arrival = [this] { accept_later(); };
    if (listener_->waiting() > 0) accept_later();
  }
  server.start(mode);
  while (!ended_) process_.next_action()();
  alive_.reset();
  // As a thread is waited for.
  server.worker().stop();
  while (!worker_done_) worker_done_ = server.worker().turn() == broker::Worker::Next::none;
}

broker::Arrival VirtualShell::arrival_of(std::shared_ptr<Link> link) {
  return {.wire = std::make_shared<VirtualWire>(*this, std::move(link)), .peer = broker::Peer::ours};
}

void VirtualShell::accept_later() {
  auto& world = process_.world();
  later(world.now() + std::chrono::microseconds(world.delay(process_.dice())), [this] { accept(); });
}

// Taken off the queue now, reported a moment later: by then the server may have begun to leave.
void VirtualShell::accept() {
  if (stopped_) return;
  auto link = listener_->accept();
  if (!link) return;
  auto& world = process_.world();
  later(world.now() + std::chrono::microseconds(world.delay(process_.dice())),
        [this, link] { server_->arrived(arrival_of(link)); });
  if (listener_->waiting() > 0) accept_later();
}

std::uint64_t VirtualShell::socket_inode() {
  process_.step_here("stat of the socket");
  return host_.net.inode_at_name();
}

void VirtualShell::remove_socket(std::uint64_t inode) {
  bool const ours = inode != 0 && socket_inode() == inode;
  if (!ours) return;
  process_.step_here("unlinks the socket");
  host_.net.remove_name();
}

void VirtualShell::stop_listening() {
  process_.step_here("stops listening");
  stopped_ = true;
  listener_->stop();
}

std::optional<broker::Arrival> VirtualShell::next_queued() {
  process_.step_here("accepts who is queued");
  bool const forgetful = process_.world().defect() == Defect::forget_queue;
  if (auto link = forgetful ? nullptr : listener_->accept()) return arrival_of(std::move(link));
  host_.net.close_in_order(std::exchange(number_, 0));
  return std::nullopt;
}

void VirtualShell::arm(ServerTimer timer, std::chrono::nanoseconds time) {
  auto const number = ++armed_[static_cast<std::size_t>(timer)];
  later(process_.world().now() + time, [this, timer, number] {
    if (armed_[static_cast<std::size_t>(timer)] == number) server_->time_is_up(timer);
  });
}

void VirtualShell::disarm(ServerTimer timer) {
  ++armed_[static_cast<std::size_t>(timer)];
}

void VirtualShell::post(std::function<void()> action) {
  auto& world = process_.world();
  auto const when = world.now() + std::chrono::microseconds(world.delay(process_.dice()));
  last_post_ = std::max(last_post_, when);
  later(last_post_, std::move(action));
}

void VirtualShell::wake_worker() {
  auto& world = process_.world();
  if (!worker_done_)
    turn_at(std::max(busy_until_, world.now() + std::chrono::microseconds(world.delay(process_.dice()))));
}

void VirtualShell::turn_at(SteadyTime when) {
  if (when >= turn_due_) return;
  turn_due_ = when;
  later(when, [this, number = ++turn_] {
    if (number == turn_) take_turn();
  });
}

// What it has done is done now, and takes until a while later: what comes meanwhile waits for the next turn.
void VirtualShell::take_turn() {
  turn_due_ = SteadyTime::max();
  process_.step_here("a turn of the worker");
  auto& worker = server_->worker();
  worker_done_ = worker.turn() == broker::Worker::Next::none;
  if (worker_done_) return;
  auto& world = process_.world();
  busy_until_ = world.now() + std::chrono::microseconds(world.delay(process_.dice()));
  turn_at(worker.has_work() ? busy_until_ : std::max(busy_until_, world.now() + worker.patience()));
}

void VirtualShell::die() {
  process_.kill();
  throw Killed();
}

}  // namespace decapod::sim
