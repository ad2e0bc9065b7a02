#include "system_machine.h"

#include <decapod/storage/log.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker_process.h"
#include "place.h"
#include "process_limits.h"

namespace decapod::cli {

Result<election::OpenedLock> SystemMachine::open_lock(std::string const& path) {
  return election::system_kernel().open_lock(path);
}

SteadyTime SystemMachine::steady() {
  return election::system_kernel().steady();
}

void SystemMachine::rest(std::chrono::microseconds time) {
  election::system_kernel().rest(time);
}

Result<void> SystemMachine::judge_lock() {
  DECAPOD_CHECK(election::check_held(paths_.leader_lock));
  return election::check_filesystem(paths_.directory, unreliable_);
}

reach::Dialled<std::unique_ptr<ipc::Channel>> SystemMachine::dial() {
  auto const connected = ipc::connect_to(paths_);
  if (!connected) return connected.error();
  return std::make_unique<ipc::Channel>(*connected);
}

reach::Dialled<ipc::Listening> SystemMachine::listen() {
  auto const listening = ipc::listen_at(paths_);
  listening_ = listening ? listening->inode : 0;
  return listening;
}

void SystemMachine::close_listener(int listener) {
  close(listener);
}

void SystemMachine::remove_socket() {
  unlink(paths_.socket.c_str());
}

void SystemMachine::remove_own_socket(std::uint64_t inode) {
  ipc::remove_socket(paths_, inode);
}

bool SystemMachine::has_socket() {
  return ipc::socket_inode(paths_) != 0;
}

std::optional<reach::DirectoryIdentity> SystemMachine::state_directory() {
  struct stat facts {};
  if (stat(paths_.directory.c_str(), &facts) != 0) return std::nullopt;
  return reach::DirectoryIdentity{.device = facts.st_dev, .inode = facts.st_ino};
}

bool SystemMachine::has_commits_in_wal() {
  return storage::log_holds_commits(paths_.wal);
}

Result<void> SystemMachine::make_missing_locks() {
  if (store_made(paths_) == Made::no) return fail(ErrorCode::store_not_found, "there is no store any more");
  return cli::make_missing_locks(paths_);
}

reach::Machine::Room SystemMachine::room_for_a_broker() {
  return cli::room_for_a_broker();
}

namespace {

class ChildStandby final : public reach::Machine::Standby {
 public:
  ChildStandby() = default;
  ChildStandby(ChildStandby const&) = delete;
  ChildStandby& operator=(ChildStandby const&) = delete;
  ~ChildStandby() override {
    if (child_ != nullptr) child_->give_up();
  }
  void watch(BrokerChild& child) { child_ = &child; }

  reach::Machine::Started begin(std::optional<std::uint64_t> epoch) override {
    return child_->begin(reach::to_argument(epoch));
  }

 private:
  BrokerChild* child_ = nullptr;
};

}  // namespace

std::unique_ptr<reach::Machine::Standby> SystemMachine::stand_by(reach::Handover const& handover, int lock,
                                                                 int listener, Awaited awaited) {
  // All that may fail comes before there is a child that nobody would give up.
  auto standby = std::make_unique<ChildStandby>();
  children_.reserve(children_.size() + 1);
  auto words = reach::to_arguments(handover);
  words.insert(words.begin(), {"decapod", std::string(kBrokerVerb)});
  auto child = BrokerChild::start({.words = std::move(words),
                                   .lock = lock,
                                   .listener = listener,
                                   .socket = paths_.socket,
                                   .socket_inode = listening_,
                                   .awaited = awaited});
  if (!child) return nullptr;
  standby->watch(*child);
  children_.push_back(std::move(child));
  return standby;
}

void SystemMachine::reap() {
  std::erase_if(children_, [](auto const& child) { return child->is_over(); });
}

broker::Ended SystemMachine::serve(broker::Server::Mode mode, broker::ServiceOptions const& options,
                                   std::unique_ptr<broker::Engine> engine, election::LeaderLock const& lock,
                                   int listener, broker::Directory const& directory, Clock& clock) {
  auto const serve = mode == broker::Server::Mode::tenure ? &broker::serve : &broker::serve_queued;
  return serve(options, std::move(engine), lock, Descriptor(listener), directory, clock);
}

}  // namespace decapod::cli
