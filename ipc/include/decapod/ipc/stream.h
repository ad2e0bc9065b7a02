#pragma once
// The bytes under a channel: a connected socket in the product, something else in a simulation. Nothing here waits but
// wait().

#include <decapod/base/clock.h>
#include <decapod/ipc/endpoint.h>

#include <memory>
#include <string_view>

namespace decapod::ipc {

template <class T>
using Transfer = boost::system::result<T, Refusal>;

class Stream {
 public:
  enum class Ready : std::uint8_t { to_read, to_write };

  virtual ~Stream() = default;
  // How many bytes, 0 if there is none to take, or no room, for now. gone: the stream has ended.
  virtual Transfer<std::size_t> read(char* to, std::size_t size) = 0;
  virtual Transfer<std::size_t> write(std::string_view bytes) = 0;
  // timed_out at `deadline`. What is ready by then counts, however late it is asked.
  virtual Transfer<void> wait(Ready ready, SteadyTime deadline) = 0;
  // foreign_peer unless the other end is this user's or the superuser's.
  virtual Result<void> check_peer() = 0;
};

// Takes the descriptor, which does not block. Plain read and write: agent sandboxes refuse send and recv even where
// these are allowed.
std::unique_ptr<Stream> socket_stream(int descriptor);

}  // namespace decapod::ipc
