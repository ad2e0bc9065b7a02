#include "asio_wire.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace decapod::broker {

using boost::system::error_code;

AsioWire::AsioWire(Socket socket)
    : socket_(std::move(socket)), frame_timer_(socket_.get_executor()), write_timer_(socket_.get_executor()) {}

void AsioWire::read() {
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](error_code error, std::size_t size) {
    auto const events = self->events_.lock();
    if (!events) return;
    if (error) return events->ended();
    events->received({self->chunk_.data(), size});
  });
}

void AsioWire::write(std::string bytes) {
  sending_ = std::move(bytes);
  asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](error_code error, std::size_t) {
    auto const events = self->events_.lock();
    if (!events) return;
    if (error) return events->ended();
    events->sent();
  });
}

void AsioWire::arm(WireTimer timer, Millis time) {
  of(timer).expires_after(time);
  of(timer).async_wait([self = shared_from_this(), timer](error_code error) {
    auto const events = self->events_.lock();
    // A handler that was queued already cannot be recalled: what counts is whether the time is up now.
    bool const up = self->of(timer).expiry() <= asio::steady_timer::clock_type::now();
    if (!error && up && events) events->timed_out();
  });
}

void AsioWire::disarm(WireTimer timer) {
  of(timer).expires_at(asio::steady_timer::time_point::max());
}

void AsioWire::close() {
  error_code ignored;
  socket_.close(ignored);
  frame_timer_.cancel();
  write_timer_.cancel();
}

}  // namespace decapod::broker
