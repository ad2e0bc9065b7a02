#pragma once
// The broker's address: a Unix socket in the state directory. One place computes it, for paths of any length.

#include <decapod/base/result.h>
#include <decapod/base/state_paths.h>
#include <boost/describe.hpp>

namespace decapod::ipc {

// Why a socket call did not do what was asked.
enum class Refusal : std::uint8_t {
  nobody_listens,   // ENOENT, ECONNREFUSED
  backlog_full,     // EAGAIN
  exhausted,        // EMFILE, ENFILE, ENOMEM, ENOBUFS: not now
  sockets_refused,  // EPERM, EACCES, EAFNOSUPPORT, EROFS...: not now and not later in this process
  gone,             // the peer closed
  timed_out,
};
Refusal classify(int error_number);

// How the one went who listened before, as far as the socket tells.
enum class Predecessor : std::uint8_t {
  left,     // it removed its socket, or there was none
  crashed,  // its socket is still there
};
BOOST_DESCRIBE_ENUM(Predecessor, left, crashed)

// Listens at paths.socket: bound under a temporary name with the listener ready, then renamed over whatever a
// predecessor left there, so that nobody ever connects to a socket without a listener. Only the holder of the leader
// lock calls this. Owns nothing: the descriptor is the caller's.
struct Listening {
  int descriptor = -1;
  Predecessor predecessor = Predecessor::left;
  std::uint64_t inode = 0;  // of the socket, for remove_socket()
};
boost::system::result<Listening, Refusal> listen_at(StatePaths const& paths);

// The inode of the socket at paths.socket; 0 if there is none.
std::uint64_t socket_inode(StatePaths const& paths);
// Removes the socket if it has this inode, so that nobody removes one that he did not make. 0: there is nothing to do.
void remove_socket(StatePaths const& paths, std::uint64_t inode);

// A connected, non-blocking descriptor.
boost::system::result<int, Refusal> connect_to(StatePaths const& paths);

// The user at the other end.
Result<unsigned> peer_uid(int descriptor);

}  // namespace decapod::ipc
