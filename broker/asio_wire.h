#pragma once
// A client's stream over a Unix socket.

#include <decapod/broker/wire.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

namespace decapod::broker {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

class AsioWire final : public Wire, public std::enable_shared_from_this<AsioWire> {
 public:
  explicit AsioWire(Socket socket);

  void attach(std::weak_ptr<WireEvents> events) override { events_ = std::move(events); }
  void read() override;
  void write(std::string bytes) override;
  void arm(WireTimer timer, Millis time) override;
  void disarm(WireTimer timer) override;
  void close() override;

 private:
  asio::steady_timer& of(WireTimer timer) { return timer == WireTimer::frame ? frame_timer_ : write_timer_; }

  Socket socket_;
  std::weak_ptr<WireEvents> events_;
  asio::steady_timer frame_timer_;
  asio::steady_timer write_timer_;
  std::array<char, kReadAtOnce> chunk_;  // not zeroed: a connection that is silent touches no memory
  std::string sending_;
};

}  // namespace decapod::broker
