#include "raw_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace decapod::test {
namespace {

constexpr std::size_t kGreetingHead = 8;
constexpr std::size_t kFrameHead = 5;

}  // namespace

std::string frame(std::uint8_t kind, std::string const& body) {
  std::string bytes(kFrameHead, '\0');
  auto const size = static_cast<std::uint32_t>(body.size());
  std::memcpy(bytes.data(), &size, sizeof size);
  bytes[4] = static_cast<char>(kind);
  return bytes + body;
}

std::optional<Raw> Raw::connect(TempRepository const& repository) {
  Raw raw(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto const path = repository.state() + "/broker.sock";
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("the path is too long for this test: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::connect(raw.fd_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) return std::nullopt;
  return raw;
}

Raw::Raw(Raw&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Raw& Raw::operator=(Raw&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Raw::~Raw() {
  if (fd_ >= 0) close(fd_);
}

bool Raw::say(std::string const& bytes) const {
  return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

std::string Raw::hear(std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, static_cast<int>(kPatience.count())) != 1) throw std::runtime_error("the other end is silent");
    auto const more = read(fd_, bytes.data() + got, size - got);
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  bytes.resize(got);
  return bytes;
}

std::string Raw::greeting() const {
  auto const head = hear(kGreetingHead);
  std::uint16_t size = 0;
  if (head.size() == kGreetingHead) std::memcpy(&size, head.data() + 6, sizeof size);
  return head + hear(size);
}

bool Raw::is_greeted() const {
  auto const said = greeting();
  return said.starts_with("DCPD") && said.size() > kGreetingHead;
}

std::string Raw::message() const {
  auto const head = hear(kFrameHead);
  if (head.size() < kFrameHead) return "";
  std::uint32_t size = 0;
  std::memcpy(&size, head.data(), sizeof size);
  return hear(size);
}

bool Raw::is_dropped() const {
  std::vector<char> away(64 * 1024);
  return eventually([&] {
    ssize_t got = 0;
    do got = recv(fd_, away.data(), away.size(), MSG_DONTWAIT);
    while (got > 0);
    return got == 0 || (errno != EAGAIN && errno != EINTR);
  });
}

Raw must_connect(TempRepository const& repository) {
  auto raw = Raw::connect(repository);
  REQUIRE(raw.has_value());
  REQUIRE(raw->is_greeted());
  return *std::move(raw);
}

}  // namespace decapod::test
