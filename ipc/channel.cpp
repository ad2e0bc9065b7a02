#include <decapod/ipc/channel.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace decapod::ipc {
namespace {

// Waits until the descriptor is ready; timed_out at the deadline. What is ready by then counts, however late it is
// asked.
Transfer<void> wait_for(int fd, short events, SteadyTime deadline) {
  for (;;) {
    auto const left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    int const ready = poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return classify(errno);
    if (left <= 0) return Refusal::timed_out;
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

// Waits first: a client has nothing to read before somebody has worked for it.
Transfer<std::size_t> Channel::read_some(char* to, std::size_t size, SteadyTime deadline) {
  for (;;) {
    if (auto ready = wait_for(descriptor_, POLLIN, deadline); !ready) return ready.error();
    auto const got = ::read(descriptor_, to, size);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return Refusal::gone;
    if (errno != EINTR && errno != EAGAIN) return classify(errno);
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
