#include <decapod/ipc/frame.h>

namespace decapod::ipc {
namespace {

void append_frame(std::string& out, FrameKind kind, std::string_view body) {
  auto size = static_cast<std::uint32_t>(body.size());
  for (int i = 0; i < 4; ++i) {
    out += static_cast<char>(size & 0xff);
    size >>= 8;
  }
  out += static_cast<char>(kind);
  out += body;
}

}  // namespace

Result<FrameHeader> parse_header(std::array<std::byte, kHeaderBytes> const& bytes) {
  FrameHeader header;
  for (std::size_t i = 4; i-- > 0;) header.size = header.size << 8 | std::to_integer<std::uint32_t>(bytes[i]);
  auto const kind = std::to_integer<std::uint8_t>(bytes[4]);
  if (header.size > kFrameBytesMax) {
    return fail(ErrorCode::bad_request, "a frame of " + std::to_string(header.size) +
                                            " bytes is too long: the most is " + std::to_string(kFrameBytesMax));
  }
  if (kind < 1 || kind > 6) return fail(ErrorCode::bad_request, "there is no frame of kind " + std::to_string(kind));
  header.kind = static_cast<FrameKind>(kind);
  return header;
}

std::string make_frame(FrameKind kind, std::string_view body) {
  std::string out;
  out.reserve(kHeaderBytes + body.size());
  append_frame(out, kind, body);
  return out;
}

std::string make_frames(FrameKind last, std::string_view body) {
  std::string out;
  out.reserve(body.size() + kHeaderBytes * (body.size() / kFrameBytesMax + 1));
  while (body.size() > kFrameBytesMax) {
    append_frame(out, FrameKind::part, body.substr(0, kFrameBytesMax));
    body.remove_prefix(kFrameBytesMax);
  }
  append_frame(out, last, body);
  return out;
}

}  // namespace decapod::ipc
