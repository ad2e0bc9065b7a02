#include "canonical_text.h"

#include <cstdint>

namespace decapod::audit {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What a lead byte promises: how many bytes, and which second bytes (RFC 3629, table 3-7 of Unicode).
struct Lead {
  std::size_t size;
  std::uint8_t second_low;
  std::uint8_t second_high;
};

Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// The length of the well-formed sequence of two or more bytes at the front of `text`; 0 = there is none.
std::size_t sequence_size(std::string_view text) {
  auto const at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  auto const lead = lead_of(at(0));
  if (lead.size == 0 || text.size() < lead.size || at(1) < lead.second_low || at(1) > lead.second_high) return 0;
  for (std::size_t i = 2; i < lead.size; ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return 0;
  }
  return lead.size;
}

void append_control(std::string& out, std::uint8_t byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (byte) {
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
  }
}

bool is_plain(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

// No text of a request may hold these; reading a record back refuses them.
bool is_refused(std::uint8_t byte) {
  return byte == 0 || byte == 0x7F;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(static_cast<std::uint8_t>(text[plain]))) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;

    auto const byte = static_cast<std::uint8_t>(text.front());
    std::size_t used = 1;
    if (is_refused(byte)) {
      out += kReplacement;
    } else if (byte < 0x20) {
      append_control(out, byte);
    } else if (byte < 0x80) {
      out += '\\';
      out += text.front();
    } else if (auto const size = sequence_size(text); size > 0) {
      out += text.substr(0, size);
      used = size;
    } else {
      out += kReplacement;
    }
    text.remove_prefix(used);
  }
  out += '"';
}

}  // namespace decapod::audit
