#include <decapod/ipc/endpoint.h>
#include <support/temp_directory.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cerrno>
#include <filesystem>
#include <string>

namespace decapod::ipc {
namespace {

namespace fs = std::filesystem;

class Place {
 public:
  explicit Place(std::size_t path_bytes = 0) : directory_(make(path_bytes)), paths_(directory_) {}
  StatePaths const& paths() const { return paths_; }
  std::string outside(std::string_view name) const { return root_ / name; }

 private:
  std::string make(std::size_t path_bytes) const {
    auto path = root_ / "state";
    while (path.size() + 101 < path_bytes) path += '/' + std::string(100, 'd');
    if (path.size() < path_bytes) path += '/' + std::string(path_bytes - path.size() - 1, 'e');
    fs::create_directories(path);
    return path;
  }

  test::TempDirectory root_;
  std::string directory_;
  StatePaths paths_;
};

// Closes its descriptor.
class Open {
 public:
  explicit Open(int fd) : fd_(fd) {}
  Open(Open const&) = delete;
  Open& operator=(Open const&) = delete;
  ~Open() { close(fd_); }
  int get() const { return fd_; }

 private:
  int fd_;
};

Open must_listen(StatePaths const& paths) {
  auto const listening = listen_at(paths);
  REQUIRE(listening.has_value());
  return Open(listening->descriptor);
}

// True if a byte sent by a client arrives at this listener.
bool reaches(StatePaths const& paths, Open const& listener) {
  auto const client = connect_to(paths);
  if (!client) return false;
  Open const mine(*client);
  Open const theirs(accept(listener.get(), nullptr, nullptr));
  char byte = 0;
  return theirs.get() >= 0 && write(mine.get(), "x", 1) == 1 && read(theirs.get(), &byte, 1) == 1 && byte == 'x';
}

}  // namespace

TEST_CASE("a client reaches the listener by the store's path") {
  Place const place;
  auto const listener = must_listen(place.paths());
  CHECK(reaches(place.paths(), listener));
  CHECK_FALSE(fs::exists(place.paths().socket_new));
}

TEST_CASE("a state directory of 223 characters has a working socket") {
  Place const place(223);
  REQUIRE(place.paths().directory.size() == 223);
  auto const listener = must_listen(place.paths());
  CHECK(fs::is_socket(place.paths().socket));
  CHECK(reaches(place.paths(), listener));
  CHECK(socket_inode(place.paths()) != 0);
}

TEST_CASE("paths on both sides of the kernel's limit work") {
  for (std::size_t size = 90; size <= 100; ++size) {
    Place const place(size);
    INFO(place.paths().socket.size());
    auto const listener = must_listen(place.paths());
    CHECK(reaches(place.paths(), listener));
  }
}

TEST_CASE("the socket is nobody's but the owner's, whatever the mask of the process") {
  Place const place;
  auto const before = umask(0);
  auto const listener = must_listen(place.paths());
  CHECK(umask(before) == 0);
  CHECK((fs::status(place.paths().socket).permissions() & fs::perms(0777)) == fs::perms(0600));
}

TEST_CASE("a socket that a dead broker left is replaced, and gives it away") {
  Place const place;
  {
    auto const first = listen_at(place.paths());
    REQUIRE(first.has_value());
    CHECK(first->predecessor == Predecessor::left);
    close(first->descriptor);
  }
  CHECK(connect_to(place.paths()).error() == Refusal::nobody_listens);
  auto const stale = socket_inode(place.paths());
  REQUIRE(stale != 0);
  auto const second = listen_at(place.paths());
  REQUIRE(second.has_value());
  Open const listener(second->descriptor);
  CHECK(second->predecessor == Predecessor::crashed);
  CHECK(socket_inode(place.paths()) != stale);
  CHECK(reaches(place.paths(), listener));
}

TEST_CASE("nobody removes a socket that somebody else has put in the place of his") {
  Place const place;
  auto const first = listen_at(place.paths());
  REQUIRE(first.has_value());
  Open const mine(first->descriptor);
  CHECK(first->inode == socket_inode(place.paths()));
  {
    auto const second = listen_at(place.paths());
    REQUIRE(second.has_value());
    Open const theirs(second->descriptor);
    remove_socket(place.paths(), first->inode);
    CHECK(reaches(place.paths(), theirs));
    remove_socket(place.paths(), 0);
    CHECK(reaches(place.paths(), theirs));
    remove_socket(place.paths(), second->inode);
  }
  CHECK(socket_inode(place.paths()) == 0);
}

TEST_CASE("a broker that removed its socket leaves no sign of a crash") {
  Place const place;
  must_listen(place.paths());
  unlink(place.paths().socket.c_str());
  CHECK(socket_inode(place.paths()) == 0);
  auto const next = listen_at(place.paths());
  REQUIRE(next.has_value());
  Open const listener(next->descriptor);
  CHECK(next->predecessor == Predecessor::left);
}

TEST_CASE("a half-made socket of a leader that died before the rename is no obstacle") {
  Place const place;
  must_listen(place.paths());
  fs::rename(place.paths().socket, place.paths().socket_new);
  auto const listener = must_listen(place.paths());
  CHECK(reaches(place.paths(), listener));
}

TEST_CASE("what stands in the socket's place is replaced or refused, and nothing outside is touched") {
  Place const place;
  auto const& path = place.paths().socket;
  test::write_file(place.outside("precious"), "untouched");
  SECTION("a plain file") {
    test::write_file(path, "not a socket");
    CHECK(connect_to(place.paths()).error() == Refusal::nobody_listens);
    auto const listener = must_listen(place.paths());
    CHECK(reaches(place.paths(), listener));
  }
  SECTION("a symbolic link to a file elsewhere") {
    fs::create_symlink(place.outside("precious"), path);
    CHECK(connect_to(place.paths()).error() == Refusal::nobody_listens);
    auto const listener = must_listen(place.paths());
    CHECK(fs::symlink_status(path).type() == fs::file_type::socket);
    CHECK(reaches(place.paths(), listener));
  }
  SECTION("a directory") {
    fs::create_directory(path);
    test::write_file(path + "/inside", "kept");
    CHECK(connect_to(place.paths()).error() == Refusal::nobody_listens);
    CHECK(listen_at(place.paths()).error() == Refusal::sockets_refused);
    CHECK(test::read_file(path + "/inside") == "kept");
    CHECK_FALSE(fs::exists(place.paths().socket_new));
  }
  SECTION("a directory under the temporary name") {
    fs::create_directory(place.paths().socket_new);
    CHECK(listen_at(place.paths()).error() == Refusal::sockets_refused);
  }
  SECTION("a symbolic link under the temporary name") {
    fs::create_symlink(place.outside("precious"), place.paths().socket_new);
    auto const listener = must_listen(place.paths());
    CHECK(reaches(place.paths(), listener));
  }
  CHECK(test::read_file(place.outside("precious")) == "untouched");
}

TEST_CASE("where nobody ever listened nobody listens") {
  Place const place;
  CHECK(connect_to(place.paths()).error() == Refusal::nobody_listens);
  CHECK(socket_inode(place.paths()) == 0);
}

TEST_CASE("a client is told apart from one that cannot connect now") {
  Place const place;
  auto const listener = must_listen(place.paths());
  REQUIRE(listen(listener.get(), 1) == 0);
  std::vector<int> queued;
  auto refusal = Refusal::gone;
  for (int i = 0; i < 16; ++i) {
    auto const client = connect_to(place.paths());
    if (!client) {
      refusal = client.error();
      break;
    }
    queued.push_back(*client);
  }
  for (int const fd : queued) close(fd);
  CHECK(refusal == Refusal::backlog_full);
}

TEST_CASE("the peer's user is the kernel's word") {
  Place const place;
  auto const listener = must_listen(place.paths());
  auto const connected = connect_to(place.paths());
  REQUIRE(connected.has_value());
  Open const client(*connected);
  CHECK(peer_uid(client.get()).value() == geteuid());
  CHECK(peer_uid(-1).error().code == ErrorCode::foreign_peer);
}

TEST_CASE("errors of sockets fall into what a client can do about them") {
  for (int const error : {ENOENT, ECONNREFUSED}) CHECK(classify(error) == Refusal::nobody_listens);
  for (int const error : {EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, ENOTSUP, EROFS, EIO}) {
    CHECK(classify(error) == Refusal::sockets_refused);
  }
  for (int const error : {ECONNRESET, EPIPE}) CHECK(classify(error) == Refusal::gone);
  for (int const error : {EMFILE, ENFILE, ENOMEM, ENOBUFS}) CHECK(classify(error) == Refusal::exhausted);
  CHECK(classify(EAGAIN) == Refusal::backlog_full);
}

}  // namespace decapod::ipc
