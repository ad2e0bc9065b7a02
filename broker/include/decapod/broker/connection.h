#pragma once
// One client of the broker: its bytes in, its frames out, one request at a time.

#include <decapod/base/clock.h>
#include <decapod/base/service_status.h>
#include <decapod/broker/wire.h>
#include <decapod/ipc/frame.h>
#include <decapod/ipc/message.h>

#include <memory>
#include <optional>

namespace decapod::broker {

class Connection;

// What a connection asks of the broker around it; the server implements it. Its thread only.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  // Takes a whole request. Returns the reply's frames, or nullopt: it was queued, Connection::answer will bring them.
  // `bytes`: what it came in.
  virtual std::optional<std::string> accept_request(Connection& from, ipc::Request request, std::size_t bytes) = 0;
  virtual void step_down_asked(std::string_view body) = 0;
  virtual ServiceStatus status() = 0;
  // Room for a request in parts, shared by all connections. False: there is none.
  virtual bool reserve(std::size_t bytes) = 0;
  virtual void give_back(std::size_t bytes) = 0;
  virtual void refused_frame(std::string_view why) = 0;
  // Something was thrown while it was served: it is closed.
  virtual void connection_failed(std::string_view why) = 0;
  virtual void closed(Connection& connection) = 0;
};

enum class Leaving : std::uint8_t { no, yes };

class Connection final : public WireEvents, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::uint64_t id, std::shared_ptr<Wire> wire, ConnectionHost& host, SteadyTime now)
      : id_(id), wire_(std::move(wire)), host_(host), arrived_(now) {}

  std::uint64_t id() const { return id_; }
  // Sends the greeting, then reads requests. With Leaving::yes, one request is still served, then go_away.
  void start(std::string const& greeting, Leaving leaving);
  // The reply to the request that was accepted.
  void answer(std::string frames);
  // Nothing that has not been accepted will be executed: says so and closes, after a reply that is still due. A
  // connection that has been promised one request (start with Leaving::yes) is left alone unless `force`.
  enum class Force : std::uint8_t { no, yes };
  void send_away(Force force);
  void close();
  // A request is on its way: part of one is here, or the client is so new that it may still be writing its first.
  bool is_about_to_ask(SteadyTime now) const;

  void received(std::string_view bytes) override;
  void sent() override;
  // A fault in any of these is this client's: its connection ends, and the others' do not. What it asked is in the
  // ledger.
  void ended() override { close(); }
  void timed_out() override { close(); }

 private:
  enum class Phase : std::uint8_t { reading, executing, closed };

  template <class Step>
  void guarded(Step const& step);
  void read_some();
  void consume();
  void on_frame(ipc::FrameHeader const& header, std::string body);
  void on_request(std::string message);
  void reply(std::string frames);
  bool takes_frames() const;
  bool takes_bytes() const;
  void refuse_and_close(Error const& error);
  void send(std::string bytes);
  void flush();

  std::uint64_t id_;
  std::shared_ptr<Wire> wire_;
  ConnectionHost& host_;
  SteadyTime arrived_;
  bool is_new_ = true;  // no whole frame of it came
  Phase phase_ = Phase::reading;
  Leaving leaving_ = Leaving::no;
  bool reading_ = false;
  bool timing_ = false;  // WireTimer::frame runs
  bool writing_ = false;
  bool close_when_sent_ = false;
  std::string inbox_;
  std::string staged_;
  std::size_t reserved_ = 0;  // of the host's room, for staged_
  std::string outbox_;
};

}  // namespace decapod::broker
