#include <decapod/base/digest.h>
#include <decapod/base/id.h>
#include <sys/random.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>

namespace decapod {
namespace {

// getrandom, not a library's generator: it opens no file and survives a fork.
std::array<std::byte, 16> random_bytes() {
  std::array<std::byte, 16> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    auto const got = getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got < 0 && errno != EINTR) std::abort();
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

std::string random_id() {
  return hex(Bytes(random_bytes()));
}

std::string new_request_id(Timestamp now) {
  auto bytes = random_bytes();
  auto time = static_cast<std::uint64_t>(now.ms);
  for (int i = 5; i >= 0; --i) {
    bytes[static_cast<std::size_t>(i)] = static_cast<std::byte>(time & 0xff);
    time >>= 8;
  }
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x70};
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  auto text = hex(Bytes(bytes));
  for (std::size_t const at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

std::string to_string(Marker marker) {
  return std::to_string(marker.epoch) + '.' + std::to_string(marker.commit_seq);
}

std::optional<Marker> marker_from(std::string_view text) {
  auto const* const end = text.data() + text.size();
  Marker marker;
  auto const [dot, bad_epoch] = std::from_chars(text.data(), end, marker.epoch);
  if (bad_epoch != std::errc() || dot == end || *dot != '.') return std::nullopt;
  auto const [rest, bad_seq] = std::from_chars(dot + 1, end, marker.commit_seq);
  if (bad_seq != std::errc() || rest != end || to_string(marker) != text) return std::nullopt;
  return marker;
}

}  // namespace decapod
