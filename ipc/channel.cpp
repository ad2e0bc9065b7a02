#include <decapod/ipc/channel.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace decapod::ipc {
namespace {

// Waits until the descriptor is ready; timed_out at the deadline.
Transfer<void> wait_for(int fd, short events, SteadyTime deadline) {
  for (;;) {
    auto const left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return Refusal::timed_out;
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    int const ready = poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return classify(errno);
  }
}

}  // namespace

Channel::~Channel() {
  close(descriptor_);
}

Transfer<void> Channel::write(std::string_view bytes, SteadyTime deadline) {
  while (!bytes.empty()) {
    auto const written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(descriptor_, POLLOUT, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return classify(errno);
    }
  }
  return {};
}

Transfer<void> Channel::read_exactly(char* to, std::size_t size, SteadyTime deadline) {
  while (size > 0) {
    auto const got = ::read(descriptor_, to, size);
    if (got > 0) {
      to += got;
      size -= static_cast<std::size_t>(got);
    } else if (got == 0) {
      return Refusal::gone;
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(descriptor_, POLLIN, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return classify(errno);
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
  DECAPOD_TRY(auto const uid, peer_uid(descriptor_));
  if (uid != geteuid() && uid != 0) {
    return fail(ErrorCode::foreign_peer, "user " + std::to_string(uid) + " answers on the store's socket");
  }
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
