#include <decapod/ipc/channel.h>

#include <algorithm>

namespace decapod::ipc {

Transfer<void> Channel::write(std::string_view bytes, SteadyTime deadline) {
  while (!bytes.empty()) {
    auto const written = stream_->write(bytes);
    if (!written) return written.error();
    bytes.remove_prefix(*written);
    if (*written > 0) continue;
    if (auto ready = stream_->wait(Stream::Ready::to_write, deadline); !ready) return ready;
  }
  return {};
}

// Waits first: a client has nothing to read before somebody has worked for it.
Transfer<std::size_t> Channel::read_some(char* to, std::size_t size, SteadyTime deadline) {
  for (;;) {
    if (auto ready = stream_->wait(Stream::Ready::to_read, deadline); !ready) return ready.error();
    auto const got = stream_->read(to, size);
    if (!got || *got > 0) return got;
  }
}

std::size_t Channel::take_ahead(char* to, std::size_t size) {
  auto const taken = std::min(size, ahead_to_ - ahead_from_);
  std::copy_n(ahead_.data() + ahead_from_, taken, to);
  ahead_from_ += taken;
  return taken;
}

Transfer<void> Channel::read_exactly(char* to, std::size_t size, SteadyTime deadline) {
  for (auto have = take_ahead(to, size); have < size;) {
    bool const direct = size - have >= ahead_.size();
    auto const got = read_some(direct ? to + have : ahead_.data(), direct ? size - have : ahead_.size(), deadline);
    if (!got) return got.error();
    if (direct) {
      have += *got;
    } else {
      ahead_from_ = 0;
      ahead_to_ = *got;
      have += take_ahead(to + have, size - have);
    }
  }
  return {};
}

Result<Transfer<Hello>> Channel::read_hello(SteadyTime deadline) {
  std::string prefix(kHelloPrefixBytes, '\0');
  if (auto read = read_exactly(prefix.data(), prefix.size(), deadline); !read) return Transfer<Hello>(read.error());
  DECAPOD_TRY(auto const size, parse_hello_prefix(prefix));
  std::string body(size, '\0');
  if (auto read = read_exactly(body.data(), body.size(), deadline); !read) return Transfer<Hello>(read.error());
  DECAPOD_TRY(auto hello, parse_hello_body(body));
  DECAPOD_CHECK(stream_->check_peer());
  return Transfer<Hello>(std::move(hello));
}

Result<Transfer<Frame>> Channel::read_message(SteadyTime deadline) {
  Frame frame;
  for (;;) {
    std::array<std::byte, kHeaderBytes> bytes{};
    if (auto read = read_exactly(reinterpret_cast<char*>(bytes.data()), bytes.size(), deadline); !read) {
      return Transfer<Frame>(read.error());
    }
    DECAPOD_TRY(auto const header, parse_header(bytes));
    if (frame.body.size() + header.size > kReplyBytesMax) {
      return fail(ErrorCode::too_large, "the reply is longer than " + std::to_string(kReplyBytesMax) + " bytes");
    }
    auto const at = frame.body.size();
    frame.body.resize(at + header.size);
    if (auto read = read_exactly(frame.body.data() + at, header.size, deadline); !read) {
      return Transfer<Frame>(read.error());
    }
    frame.kind = header.kind;
    if (header.kind != FrameKind::part) return Transfer<Frame>(std::move(frame));
  }
}

}  // namespace decapod::ipc
