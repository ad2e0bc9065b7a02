#include "stream_model.h"

#include <decapod/ipc/limits.h>

namespace decapod::fuzz {
namespace {

constexpr std::size_t kHeader = 5;

std::size_t byte_at(std::string_view stream, std::size_t at) {
  return static_cast<unsigned char>(stream[at]);
}

std::string event_of_message(std::string const& message) {
  auto const document = parse_json(message, "the request");
  if (!document) return "undecodable";
  auto const request = codec::decode<ipc::Request>(*document, codec::Unknown::refuse);
  return request ? "request " + to_text(codec::encode(*request)) : "undecodable";
}

}  // namespace

Events events_of(std::string_view stream) {
  Events events;
  std::string parts;
  while (stream.size() >= kHeader) {
    auto const size =
        byte_at(stream, 0) + (byte_at(stream, 1) << 8) + (byte_at(stream, 2) << 16) + (byte_at(stream, 3) << 24);
    auto const kind = byte_at(stream, 4);
    bool const from_clients = kind == 1 || kind == 2 || kind == 5 || kind == 6;
    // A header of no kind, or too long, is refused at once; a broker's frame when it is whole.
    if (size > ipc::kFrameBytesMax || kind == 0 || kind > 6) {
      events.emplace_back("refused");
      break;
    }
    if (stream.size() - kHeader < size) break;
    std::string const body(stream.substr(kHeader, size));
    stream.remove_prefix(kHeader + size);
    if (!from_clients) {
      events.emplace_back("refused");
      break;
    }
    if (kind == 2) parts += body;
    if (kind == 5) events.push_back("step_down " + body);
    if (kind == 6) events.emplace_back("status");
    if (kind == 1) {
      events.push_back(event_of_message(parts + body));
      parts.clear();
    }
  }
  return events;
}

}  // namespace decapod::fuzz
