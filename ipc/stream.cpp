#include <decapod/ipc/stream.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace decapod::ipc {
namespace {

class SocketStream final : public Stream {
 public:
  explicit SocketStream(int descriptor) : descriptor_(descriptor) {}
  SocketStream(SocketStream const&) = delete;
  SocketStream& operator=(SocketStream const&) = delete;
  ~SocketStream() override { close(descriptor_); }

  Transfer<std::size_t> read(char* to, std::size_t size) override {
    for (;;) {
      auto const got = ::read(descriptor_, to, size);
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == 0) return Refusal::gone;
      if (errno == EAGAIN) return std::size_t{0};
      if (errno != EINTR) return classify(errno);
    }
  }

  Transfer<std::size_t> write(std::string_view bytes) override {
    for (;;) {
      auto const written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written > 0) return static_cast<std::size_t>(written);
      if (errno == EAGAIN) return std::size_t{0};
      if (errno != EINTR) return classify(errno);
    }
  }

  Transfer<void> wait(Ready ready, SteadyTime deadline) override {
    for (;;) {
      auto const left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
      short const wanted = ready == Ready::to_read ? POLLIN : POLLOUT;
      pollfd entry{.fd = descriptor_, .events = wanted, .revents = 0};
      int const count = poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
      if (count > 0) return {};
      if (count < 0 && errno != EINTR) return classify(errno);
      if (left <= 0) return Refusal::timed_out;
    }
  }

  Result<void> check_peer() override {
    DECAPOD_TRY(auto const uid, peer_uid(descriptor_));
    if (uid == geteuid() || uid == 0) return {};
    return fail(ErrorCode::foreign_peer, "user " + std::to_string(uid) + " answers on the store's socket");
  }

 private:
  int descriptor_;
};

}  // namespace

std::unique_ptr<Stream> socket_stream(int descriptor) {
  return std::make_unique<SocketStream>(descriptor);
}

}  // namespace decapod::ipc
