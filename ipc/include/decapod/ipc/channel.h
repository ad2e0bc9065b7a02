#pragma once
// The client's end of a connection: blocking calls with deadlines.

#include <decapod/ipc/frame.h>
#include <decapod/ipc/hello.h>
#include <decapod/ipc/stream.h>
#include <array>

namespace decapod::ipc {

struct Frame {
  FrameKind kind = FrameKind::reply;
  std::string body;  // of a message in parts: all of it
};

class Channel {
 public:
  // Takes the descriptor.
  explicit Channel(int descriptor) : Channel(socket_stream(descriptor)) {}
  explicit Channel(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  // The greeting; an Error if the bytes make no sense or the peer is another user's process.
  Result<Transfer<Hello>> read_hello(SteadyTime deadline);

  Transfer<void> write(std::string_view bytes, SteadyTime deadline);

  // The next message, parts put together. An Error if its framing is broken.
  Result<Transfer<Frame>> read_message(SteadyTime deadline);

 private:
  Transfer<void> read_exactly(char* to, std::size_t size, SteadyTime deadline);
  // Waits until there is something, and takes what there is: up to `size` bytes at once, their number.
  Transfer<std::size_t> read_some(char* to, std::size_t size, SteadyTime deadline);
  std::size_t take_ahead(char* to, std::size_t size);

  std::unique_ptr<Stream> stream_;
  // What was read beyond what was asked for: header and body of a message usually come in one piece.
  std::array<char, 4096> ahead_;
  std::size_t ahead_from_ = 0;
  std::size_t ahead_to_ = 0;
};

}  // namespace decapod::ipc
