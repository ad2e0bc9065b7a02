#include <decapod/ipc/frame.h>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace decapod::ipc {
namespace {

using Header = std::array<std::byte, kHeaderBytes>;

Header header_of(std::string_view bytes) {
  Header header{};
  std::memcpy(header.data(), bytes.data(), header.size());
  return header;
}

Header header(std::uint32_t size, unsigned kind) {
  Header bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(size >> (8 * i) & 0xff);
  bytes[4] = static_cast<std::byte>(kind);
  return bytes;
}

struct Taken {
  FrameKind kind;
  std::string body;
};

// What a reader finds in `bytes`: whole frames only.
std::vector<Taken> take_apart(std::string_view bytes) {
  std::vector<Taken> frames;
  while (!bytes.empty()) {
    RC_ASSERT(bytes.size() >= kHeaderBytes);
    auto const parsed = parse_header(header_of(bytes)).value();
    RC_ASSERT(bytes.size() >= kHeaderBytes + parsed.size);
    frames.push_back({parsed.kind, std::string(bytes.substr(kHeaderBytes, parsed.size))});
    bytes.remove_prefix(kHeaderBytes + parsed.size);
  }
  return frames;
}

}  // namespace

TEST_CASE("a frame is read back as it was made") {
  CHECK(rc::check([] {
    auto const body = *rc::gen::arbitrary<std::string>();
    auto const kind = static_cast<FrameKind>(*rc::gen::inRange(1, 7));
    auto const frames = take_apart(make_frame(kind, body));
    RC_ASSERT(frames.size() == 1U);
    RC_ASSERT(frames[0].kind == kind);
    RC_ASSERT(frames[0].body == body);
  }));
}

TEST_CASE("a message of any length comes apart into parts and one last frame, and together again") {
  for (std::size_t const size : {std::size_t{0}, std::size_t{1}, kFrameBytesMax - 1, kFrameBytesMax, kFrameBytesMax + 1,
                                 3 * kFrameBytesMax, 3 * kFrameBytesMax + 7}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 1009) body[i] = static_cast<char>('a' + i % 26);
    auto const frames = take_apart(make_frames(FrameKind::reply, body));
    std::string together;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      CHECK(frames[i].kind == (i + 1 == frames.size() ? FrameKind::reply : FrameKind::part));
      CHECK(frames[i].body.size() <= kFrameBytesMax);
      together += frames[i].body;
    }
    CHECK(together == body);
    CHECK(frames.size() == std::max<std::size_t>(1, (size + kFrameBytesMax - 1) / kFrameBytesMax));
  }
}

TEST_CASE("every five bytes are either a header within bounds or refused") {
  CHECK(rc::check([] {
    Header bytes{};
    for (auto& byte : bytes) byte = static_cast<std::byte>(*rc::gen::inRange(0, 256));
    auto const parsed = parse_header(bytes);
    if (!parsed) {
      RC_ASSERT(parsed.error().code == ErrorCode::bad_request);
      return;
    }
    RC_ASSERT(parsed->size <= kFrameBytesMax);
    RC_ASSERT(make_frame(parsed->kind, "")[4] == static_cast<char>(bytes[4]));
  }));
}

TEST_CASE("a frame may be exactly as long as the limit, not a byte longer") {
  CHECK(parse_header(header(kFrameBytesMax, 1))->size == kFrameBytesMax);
  CHECK(parse_header(header(kFrameBytesMax + 1, 1)).error().code == ErrorCode::bad_request);
  CHECK(parse_header(header(0xFFFFFFFF, 1)).error().code == ErrorCode::bad_request);
}

TEST_CASE("there are six kinds of frames") {
  for (unsigned kind = 0; kind < 256; ++kind) {
    CHECK(parse_header(header(0, kind)).has_value() == (kind >= 1 && kind <= 6));
  }
}

TEST_CASE("the numbers of the kinds and the byte order are the ones on the wire") {
  CHECK(make_frame(FrameKind::request, "ab") == std::string("\x02\0\0\0\x01"
                                                            "ab",
                                                            7));
  CHECK(make_frame(FrameKind::part, "") == std::string("\0\0\0\0\x02", 5));
  CHECK(make_frame(FrameKind::reply, "") == std::string("\0\0\0\0\x03", 5));
  CHECK(make_frame(FrameKind::go_away, "") == std::string("\0\0\0\0\x04", 5));
  CHECK(make_frame(FrameKind::step_down, "") == std::string("\0\0\0\0\x05", 5));
  CHECK(make_frame(FrameKind::status, std::string(258, 'x')).substr(0, 5) == std::string("\x02\x01\0\0\x06", 5));
}

}  // namespace decapod::ipc
