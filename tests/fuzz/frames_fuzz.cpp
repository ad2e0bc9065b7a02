// A client's bytes into a broker's connection. The first byte says in which pieces they arrive.
// Promises: what happens is what a plain reading of the stream finds, whatever the pieces; what comes back is whole
// frames of a broker; a request survives another journey; all room that was reserved is given back.

#include <decapod/ipc/frame.h>

#include <cstring>

#include "connection_driver.h"
#include "refusal.h"

using namespace decapod;
using namespace decapod::fuzz;

namespace {

ipc::FrameHeader header_of(std::string_view bytes) {
  std::array<std::byte, ipc::kHeaderBytes> raw{};
  expect(bytes.size() >= raw.size(), "what a broker sends ends with a whole frame");
  std::memcpy(raw.data(), bytes.data(), raw.size());
  auto const header = ipc::parse_header(raw);
  expect(header.has_value(), "what a broker sends has headers of ours");
  return *header;
}

void expect_broker_frame(ipc::FrameHeader const& header, std::string_view body) {
  expect(header.kind == ipc::FrameKind::reply || header.kind == ipc::FrameKind::status,
         "a broker sends frames of its own kinds");
  auto const document = parse_json(body, "the reply");
  expect(document.has_value(), "what a broker sends is JSON");
  if (header.kind != ipc::FrameKind::reply) return;
  auto const reply = codec::decode<ipc::Reply>(*document, codec::Unknown::ignore);
  expect(reply.has_value(), "a reply can be read");
  if (reply->error) expect_refusal(ipc::from_wire(*reply->error), {ErrorCode::bad_request, ErrorCode::too_large});
}

void expect_broker_frames(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const header = header_of(bytes);
    expect(bytes.size() >= ipc::kHeaderBytes + header.size, "what a broker sends ends with a whole frame");
    expect_broker_frame(header, bytes.substr(ipc::kHeaderBytes, header.size));
    bytes.remove_prefix(ipc::kHeaderBytes + header.size);
  }
}

Events without_undecodable(Events events) {
  std::erase(events, "undecodable");
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  auto const stream = text_of(data, size).substr(1);
  std::size_t const piece = 1 + data[0] % 64U;
  auto const expected = without_undecodable(events_of(stream));
  auto const whole = feed(stream, stream.size());
  auto const pieces = feed(stream, piece);
  expect(whole.events == expected, "what happens is what a plain reading of the stream finds");
  expect(pieces.events == expected, "the same happens whatever the pieces are in which the stream arrives");
  expect_same(pieces.answered, whole.answered, "the same comes back whatever the pieces are");
  expect_broker_frames(whole.answered);
  return 0;
}
