#include "canonical_text.h"

#include <decapod/base/utf8.h>

#include <cstdint>

namespace decapod::audit {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

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
    } else if (auto const size = utf8_length(text); size > 0) {
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
