#include <decapod/ipc/hello.h>
#include <decapod/ipc/limits.h>

namespace decapod::ipc {
namespace {

constexpr std::string_view kMagic = "DCPD";
constexpr unsigned kFraming = 1;

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8 & 0xff);
}

std::size_t u16_at(std::string_view bytes, std::size_t at) {
  auto const low = static_cast<unsigned char>(bytes[at]);
  auto const high = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::size_t>(high << 8 | low);
}

}  // namespace

std::string make_hello(Hello const& hello) {
  auto const body = to_text(codec::encode(hello));
  std::string out(kMagic);
  append_u16(out, kFraming);
  append_u16(out, body.size());
  return out += body;
}

Result<std::size_t> parse_hello_prefix(std::string_view prefix) {
  if (prefix.size() != kHelloPrefixBytes || !prefix.starts_with(kMagic)) {
    return fail(ErrorCode::foreign_peer, "whoever answers on the store's socket is not decapod");
  }
  if (u16_at(prefix, 4) != kFraming) {
    return fail(ErrorCode::version_skew, "the broker speaks framing " + std::to_string(u16_at(prefix, 4)));
  }
  auto const size = u16_at(prefix, 6);
  if (size > kHelloBytesMax) return fail(ErrorCode::foreign_peer, "the broker's greeting is too long");
  return size;
}

Result<Hello> parse_hello_body(std::string_view body) {
  DECAPOD_TRY(auto const document, parse_json(body, "the broker's greeting"));
  return codec::decode<Hello>(document, codec::Unknown::ignore);
}

}  // namespace decapod::ipc
