#pragma once
// Unix stream sockets: names, queues of connections that nobody has accepted yet, and streams that deliver late, in
// pieces, and as far as there is room.

#include <decapod/ipc/endpoint.h>

#include <deque>

#include "process.h"

namespace decapod::sim {

// One direction of a connection.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  explicit Pipe(World& world) : world_(world), dice_(world.dice().next(), 7) {}

  // How many of them found room. They arrive later, in order, possibly in two pieces.
  std::size_t push(std::string_view bytes);
  // What has arrived, `size` at most.
  std::string pull(std::size_t size);
  bool has_bytes() const { return !arrived_.empty(); }
  // The writer has gone, and everything has arrived.
  bool is_at_end() const { return ended_ && arrived_.empty(); }
  bool has_room() const { return held_ < world_.plan().pipe; }
  // Nobody will read any more.
  bool is_shut() const { return shut_; }

  void end();        // after what was pushed
  void shut();       // the reader has gone
  void break_off();  // now, whatever was pushed

  // Called once for each change; the one who waits looks again.
  std::function<void()> on_readable;
  std::function<void()> on_room;

 private:
  SteadyTime next_arrival();
  void arrive(std::shared_ptr<std::string> const& bytes);

  World& world_;
  Dice dice_;
  std::string arrived_;
  std::size_t held_ = 0;
  SteadyTime last_arrival_{};
  bool ended_ = false;
  bool shut_ = false;
};

// A connection: what the client says, and what the server says.
struct Link {
  explicit Link(World& world) : to_server(std::make_shared<Pipe>(world)), to_client(std::make_shared<Pipe>(world)) {}
  std::shared_ptr<Pipe> to_server;
  std::shared_ptr<Pipe> to_client;
  bool greeted = false;  // the server has said something
  void close_client();
  void close_server();
};

class Listener {
 public:
  Listener(World& world, std::uint64_t inode) : world_(world), inode_(inode) {}
  Listener(Listener const&) = delete;
  Listener& operator=(Listener const&) = delete;
  ~Listener();

  std::uint64_t inode() const { return inode_; }
  enum class Joined : std::uint8_t { yes, full, refused };
  Joined join(std::shared_ptr<Link> link);
  void stop() { stopped_ = true; }
  std::shared_ptr<Link> accept();
  std::size_t waiting() const { return queue_.size(); }
  // Somebody has joined the queue.
  std::function<void()> on_arrival;

 private:
  World& world_;
  std::uint64_t inode_;
  std::deque<std::shared_ptr<Link>> queue_;
  bool stopped_ = false;
};

class Net {
 public:
  explicit Net(World& world) : world_(world) {}

  // Bound and named at once; whatever had the name loses it.
  int listen();
  std::shared_ptr<Listener> listener(int number) const;
  std::uint64_t inode_at_name() const { return name_; }
  void remove_name() { name_ = 0; }
  boost::system::result<std::shared_ptr<Link>, ipc::Refusal> connect();

  // Copies of the listener's descriptor.
  void give(int number) { ++copies_[number]; }
  void close(int number);
  // By a server that leaves in order: nobody may be left in the queue.
  void close_in_order(int number);

  void break_streams();

 private:
  World& world_;
  std::uint64_t name_ = 0;  // the inode that the name leads to; 0 = none
  std::uint64_t last_inode_ = 1'000;
  int last_number_ = 500;
  std::map<int, std::shared_ptr<Listener>> listeners_;
  std::map<int, int> copies_;
  std::vector<std::weak_ptr<Link>> links_;
};

}  // namespace decapod::sim
