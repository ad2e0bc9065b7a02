#pragma once
// Frames: a length, a kind, a body. Pure, no I/O.

#include <decapod/base/result.h>
#include <decapod/ipc/limits.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace decapod::ipc {

// Numbers are part of the wire; PROTOCOL.md lists them.
enum class FrameKind : std::uint8_t {
  request = 1,    // client: a whole request, or the last part of one
  part = 2,       // either: one part of a message that is longer than a frame; more follow
  reply = 3,      // broker: a whole reply, or the last part of one
  go_away = 4,    // broker: nothing sent after this point on this connection will be executed
  step_down = 5,  // client: a newer build asks the broker to drain
  status = 6,     // client: what are you doing? Broker: a JSON object
};

inline constexpr std::size_t kHeaderBytes = 5;

struct FrameHeader {
  std::uint32_t size = 0;  // of the body
  FrameKind kind = FrameKind::request;
};

// bad_request: the body is longer than kFrameBytesMax, or the kind is none of ours. Nothing is allocated before this.
Result<FrameHeader> parse_header(std::array<std::byte, kHeaderBytes> const& bytes);

// One frame, header and body. `body` is at most kFrameBytesMax.
std::string make_frame(FrameKind kind, std::string_view body);

// `body` in as many frames as it needs: parts, then `last`.
std::string make_frames(FrameKind last, std::string_view body);

}  // namespace decapod::ipc
