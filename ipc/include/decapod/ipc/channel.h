#pragma once
// The client's end of a connection: blocking calls with deadlines, plain read and write (agent sandboxes refuse send
// and recv even where read and write are allowed).

#include <decapod/ipc/endpoint.h>
#include <decapod/ipc/frame.h>
#include <decapod/ipc/hello.h>
#include <memory>

namespace decapod::ipc {

template <class T>
using Transfer = boost::system::result<T, Refusal>;

struct Frame {
  FrameKind kind = FrameKind::reply;
  std::string body;  // of a message in parts: all of it
};

class Channel {
 public:
  // Takes the descriptor.
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  Channel(Channel const&) = delete;
  Channel& operator=(Channel const&) = delete;
  ~Channel();

  // The greeting; an Error if the bytes make no sense or the peer is another user's process.
  Result<Transfer<Hello>> read_hello(SteadyTime deadline);

  Transfer<void> write(std::string_view bytes, SteadyTime deadline);

  // The next message, parts put together. An Error if its framing is broken.
  Result<Transfer<Frame>> read_message(SteadyTime deadline);

 private:
  Transfer<void> read_exactly(char* to, std::size_t size, SteadyTime deadline);

  int descriptor_;
};

}  // namespace decapod::ipc
