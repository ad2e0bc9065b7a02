#pragma once
// A client in bytes, as ipc/PROTOCOL.md has them: for what no honest client sends.

#include <support/repository.h>

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::test {

// Kinds of frames.
inline constexpr std::uint8_t kRequest = 1;
inline constexpr std::uint8_t kPart = 2;
inline constexpr std::uint8_t kReply = 3;
inline constexpr std::uint8_t kStatus = 6;

std::string frame(std::uint8_t kind, std::string const& body);

// One end of a connection; closes it. Whatever is waited for in vain for kPatience throws std::runtime_error.
class Raw {
 public:
  // nullopt: nobody listens.
  static std::optional<Raw> connect(TempRepository const& repository);
  explicit Raw(int fd) : fd_(fd) {}
  Raw(Raw&& other) noexcept;
  Raw& operator=(Raw&& other) noexcept;
  ~Raw();

  // False if not all of it was taken at once.
  bool say(std::string const& bytes) const;
  // Exactly so many bytes; less at the end of the stream.
  std::string hear(std::size_t size) const;
  // The greeting, as it comes; less at the end of the stream.
  std::string greeting() const;
  bool is_greeted() const;
  // The body of the next message, which must fit one frame; "" at the end of the stream.
  std::string message() const;
  // The other end has closed it, sooner or later; what it said before is read away.
  bool is_dropped() const;

 private:
  int fd_ = -1;
};

// Greeted; a failed assertion otherwise.
Raw must_connect(TempRepository const& repository);

}  // namespace decapod::test
