#include "machine.h"

#include <decapod/reach/tenure.h>

#include <fmt/core.h>

#include <algorithm>

#include "shell.h"

namespace decapod::sim {
namespace {

constexpr reach::DirectoryIdentity kStateDirectory{.device = 1, .inode = 42};

class VirtualStream final : public ipc::Stream {
 public:
  VirtualStream(Process& process, std::shared_ptr<Link> link) : process_(process), link_(std::move(link)) {
    link_->to_client->on_readable = [&process] { process.wake(); };
    link_->to_server->on_room = [&process] { process.wake(); };
  }
  ~VirtualStream() override { link_->close_client(); }

  ipc::Transfer<std::size_t> read(char* to, std::size_t size) override {
    process_.step("read");
    auto& pipe = *link_->to_client;
    if (pipe.is_at_end()) return ipc::Refusal::gone;
    auto const bytes = pipe.pull(size);
    std::ranges::copy(bytes, to);
    heard_ = heard_ || !bytes.empty();
    return bytes.size();
  }

  ipc::Transfer<std::size_t> write(std::string_view bytes) override {
    process_.step("write");
    if (!heard_) process_.world().blame("a client speaks before it was greeted");
    auto& pipe = *link_->to_server;
    if (pipe.is_shut()) return ipc::Refusal::gone;
    return pipe.push(bytes);
  }

  ipc::Transfer<void> wait(Ready ready, SteadyTime deadline) override {
    process_.step("poll");
    bool const forgetful = process_.world().defect() == Defect::skip_deadline;
    while (!is(ready)) {
      if (process_.world().now() >= deadline && !forgetful) return ipc::Refusal::timed_out;
      process_.wait_until(forgetful ? SteadyTime::max() : deadline);
    }
    return {};
  }

  Result<void> check_peer() override { return {}; }

 private:
  bool is(Ready ready) const {
    if (ready == Ready::to_read) return link_->to_client->has_bytes() || link_->to_client->is_at_end();
    return link_->to_server->has_room() || link_->to_server->is_shut();
  }

  Process& process_;
  std::shared_ptr<Link> link_;
  bool heard_ = false;
};

}  // namespace

VirtualMachine::~VirtualMachine() {
  for (auto const listener : listeners_) host_.net.close(listener);
}

Result<election::OpenedLock> VirtualMachine::open_lock(std::string const& path) {
  process_.step("open a lock file");
  auto description = host_.locks.open(path);
  if (!description) return fail(ErrorCode::store_not_found, "there is no store at " + path);
  return election::OpenedLock{std::make_unique<VirtualLockFile>(process_, host_.locks, std::move(description)),
                              election::LockAccess::read_write};
}

void VirtualMachine::rest(std::chrono::microseconds time) {
  process_.step("sleep");
  process_.rest(time);
}

Result<void> VirtualMachine::judge_lock() {
  process_.step("leads");
  return {};
}

reach::Dialled<std::unique_ptr<ipc::Channel>> VirtualMachine::dial() {
  process_.step("connect");
  if (means_ == Means::no_sockets) return ipc::Refusal::sockets_refused;
  auto link = host_.net.connect();
  if (!link) {
    process_.step_here("  nobody is there, or there is no room");
    return link.error();
  }
  auto stream = std::make_unique<VirtualStream>(process_, *std::move(link));
  if (process_.world().defect() == Defect::speak_first) {
    (void)stream->write(ipc::make_frame(ipc::FrameKind::status, ""));
  }
  return std::make_unique<ipc::Channel>(std::move(stream));
}

reach::Dialled<ipc::Listening> VirtualMachine::listen() {
  process_.step("bind and listen");
  if (means_ == Means::no_sockets) return ipc::Refusal::sockets_refused;
  process_.step("rename the socket");
  ipc::Listening listening;
  if (host_.net.inode_at_name() != 0) listening.predecessor = ipc::Predecessor::crashed;
  listening.descriptor = host_.net.listen();
  listening.inode = host_.net.inode_at_name();
  listeners_.push_back(listening.descriptor);
  return listening;
}

void VirtualMachine::close_listener(int listener) {
  // Also on the way out of what a death has ended, where nothing more may be thrown.
  if (process_.is_dead()) return;
  process_.step_here("close the listener");
  if (std::erase(listeners_, listener) > 0) host_.net.close(listener);
}

void VirtualMachine::remove_socket() {
  process_.step("unlink the socket");
  host_.net.remove_name();
}

void VirtualMachine::remove_own_socket(std::uint64_t inode) {
  process_.step("unlink the socket, if it is its own");
  if (inode != 0 && host_.net.inode_at_name() == inode) host_.net.remove_name();
}

bool VirtualMachine::has_socket() {
  process_.step_here("look for a socket");
  return host_.net.inode_at_name() != 0;
}

std::optional<reach::DirectoryIdentity> VirtualMachine::state_directory() {
  process_.step_here("stat of the state directory");
  return kStateDirectory;
}

namespace {

// What the child is born with. It is closed when the child has gone, if it never comes to run as well.
struct Inheritance {
  Inheritance(Net& of, int number) : net(of), listener(number) { net.give(number); }
  ~Inheritance() {
    if (listener != 0) net.close(listener);
  }
  Inheritance(Inheritance const&) = delete;
  Inheritance& operator=(Inheritance const&) = delete;
  std::shared_ptr<Description> lock;
  Net& net;
  int listener;
};

// Goes with the process that it stands by, unless it has been told to begin.
class VirtualStandby final : public reach::Machine::Standby {
 public:
  enum class Way : std::uint8_t { begins, fails };
  VirtualStandby(Host& host, Process& parent, reach::Handover handover, std::shared_ptr<Inheritance> inherited, Way way)
      : host_(host), parent_(parent), handover_(std::move(handover)), inherited_(std::move(inherited)), way_(way) {}
  VirtualStandby(VirtualStandby const&) = delete;
  VirtualStandby& operator=(VirtualStandby const&) = delete;
  // It hears of its parent's death, and goes, a moment later.
  ~VirtualStandby() override {
    if (!inherited_ || !parent_.is_dead() || host_.world.is_unplugged()) return;
    auto const moment = host_.world.delay(parent_.dice());
    host_.world.after(moment, [inherited = std::move(inherited_)] {});
  }

  reach::Machine::Started begin(std::optional<std::uint64_t> epoch) override {
    parent_.step("tell the broker to begin");
    if (way_ == Way::fails) {
      inherited_.reset();
      return reach::Machine::Started::no;
    }
    handover_.epoch = epoch;
    auto& host = host_;
    host.world.start(fmt::format("broker-{}", ++host.brokers), host.world.delay(parent_.dice()),
                     [&host, inherited = std::move(inherited_), handover = handover_](Process& self) {
                       VirtualMachine machine(host, self, Means::sockets, 0);
                       machine.inherit(inherited->listener);
                       auto const number = std::exchange(inherited->listener, 0);
                       auto file = std::make_unique<VirtualLockFile>(self, host.locks, std::move(inherited->lock));
                       VirtualClock clock(host.world);
                       reach::Build const build{.version = "0.1.0",
                                                .rank = {.schema = broker::supported_schema(host.directory),
                                                         .protocol = ipc::kProtocolMajor,
                                                         .version = 1'000}};
                       self.step("is born");
                       reach::serve_tenure(handover, std::move(file), number, build, host.directory, clock, machine);
                     });
    parent_.step("told");
    return reach::Machine::Started::yes;
  }

 private:
  Host& host_;
  Process& parent_;
  reach::Handover handover_;
  std::shared_ptr<Inheritance> inherited_;
  Way way_;
};

}  // namespace

std::unique_ptr<reach::Machine::Standby> VirtualMachine::stand_by(reach::Handover const& handover, int lock,
                                                                  int listener, Awaited /*awaited*/) {
  process_.step("make a process");
  auto way = VirtualStandby::Way::begins;
  if (failed_starts_ > 0) {
    --failed_starts_;
    if (process_.dice().chance(50)) return nullptr;
    way = VirtualStandby::Way::fails;
  }
  auto const inherited = std::make_shared<Inheritance>(host_.net, listener);
  inherited->lock = host_.locks.with_number(lock);
  return std::make_unique<VirtualStandby>(host_, process_, handover, inherited, way);
}

broker::Ended VirtualMachine::serve(broker::Server::Mode mode, broker::ServiceOptions const& options,
                                    std::unique_ptr<broker::Engine> engine, election::LeaderLock const& lock,
                                    int listener, broker::Directory const& directory, Clock& clock) {
  process_.step("serves");
  std::erase(listeners_, listener);
  VirtualShell shell(host_, process_, listener);
  broker::ServerIdentity const identity{
      .pid = process_.pid(), .state_dev = kStateDirectory.device, .state_ino = kStateDirectory.inode};
  broker::Server server(options, std::move(engine), lock, election::WantProbe(options.paths.want_lock, *this),
                        directory, clock, identity, shell);
  shell.drive(server, mode);
  return server.ended();
}

}  // namespace decapod::sim
