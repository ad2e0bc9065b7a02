#include <decapod/base/descriptor.h>
#include <decapod/crash/point.h>
#include <decapod/ipc/endpoint.h>
#include <decapod/ipc/limits.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace decapod::ipc {
namespace {

// An address for a path that may be longer than sun_path: then by way of a descriptor of its directory.
class Address {
 public:
  explicit Address(std::string const& path) {
    address_.sun_family = AF_UNIX;
    if (path.size() < sizeof(address_.sun_path)) {
      set(path);
      return;
    }
    auto const slash = path.rfind('/');
    directory_ = Descriptor(open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    set("/proc/self/fd/" + std::to_string(directory_.get()) + path.substr(slash));
  }
  sockaddr const* get() const { return reinterpret_cast<sockaddr const*>(&address_); }
  static constexpr socklen_t size() { return sizeof(sockaddr_un); }

 private:
  void set(std::string const& text) { std::memcpy(address_.sun_path, text.c_str(), text.size() + 1); }

  sockaddr_un address_{};
  Descriptor directory_;
};

Descriptor new_socket() {
  return Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// fchmod on a socket does not reach the file, so the mask has to be right when bind makes it.
int bind_private(int fd, Address const& address) {
  auto const mask = umask(0177);
  int const result = bind(fd, address.get(), Address::size());
  int const error = errno;
  umask(mask);
  errno = error;
  return result;
}

}  // namespace

Refusal classify(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ECONNREFUSED:
    case ENOTSOCK:
    case EPROTOTYPE:
      return Refusal::nobody_listens;
    case EAGAIN:
      return Refusal::backlog_full;
    case ECONNRESET:
    case EPIPE:
    case ENOTCONN:
      return Refusal::gone;
    case ETIMEDOUT:
      return Refusal::timed_out;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
      return Refusal::exhausted;
    default:
      return Refusal::sockets_refused;
  }
}

boost::system::result<Listening, Refusal> listen_at(StatePaths const& paths) {
  Descriptor socket = new_socket();
  if (!socket) return classify(errno);
  Address const address(paths.socket_new);
  int bound = bind_private(socket.get(), address);
  if (bound != 0 && errno == EADDRINUSE) {
    // Left by somebody who died before it had its name.
    unlink(paths.socket_new.c_str());
    bound = bind_private(socket.get(), address);
  }
  if (bound != 0 || listen(socket.get(), kListenBacklog) != 0) return classify(errno);
  crash::reach(crash::Point::socket_bound);
  Listening listening;
  if (socket_inode(paths) != 0) listening.predecessor = Predecessor::crashed;
  if (rename(paths.socket_new.c_str(), paths.socket.c_str()) != 0) {
    auto const refusal = classify(errno);
    unlink(paths.socket_new.c_str());
    return refusal;
  }
  listening.inode = socket_inode(paths);
  listening.descriptor = socket.release();
  return listening;
}

std::uint64_t socket_inode(StatePaths const& paths) {
  struct stat facts {};
  if (lstat(paths.socket.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) return 0;
  return facts.st_ino;
}

void remove_socket(StatePaths const& paths, std::uint64_t inode) {
  if (inode != 0 && socket_inode(paths) == inode) unlink(paths.socket.c_str());
}

boost::system::result<int, Refusal> connect_to(StatePaths const& paths) {
  Descriptor socket = new_socket();
  if (!socket) return classify(errno);
  Address const address(paths.socket);
  int result = 0;
  do {
    result = connect(socket.get(), address.get(), Address::size());
  } while (result != 0 && errno == EINTR);
  if (result != 0) return classify(errno);
  return socket.release();
}

Result<unsigned> peer_uid(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return fail(ErrorCode::foreign_peer,
                std::string("the kernel does not say who the peer is: ") + std::strerror(errno));
  }
  return peer.uid;
}

}  // namespace decapod::ipc
