#include <decapod/base/utf8.h>

#include <algorithm>
#include <array>

namespace decapod {
namespace {

// White space as ECMAScript has it, so that the pattern \S of a published schema means the same.
constexpr auto kSpaces = std::to_array<std::string_view>(
    {"\t",           "\n",           "\v",           "\f",           "\r",           " ",
     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
     "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
     "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
     "\xEF\xBB\xBF"});

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

bool is_nul_or_del(char c) {
  return c == '\0' || c == '\x7f';
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  auto const first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues(text, 1)) return 0;
  auto const second = static_cast<unsigned char>(text[1]);
  if (first < 0xE0) return 2;
  if (!continues(text, 2) || (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if (first < 0xF0) return 3;
  if (!continues(text, 3) || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return 4;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto const length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_nul_or_del(std::string_view text) {
  return std::ranges::any_of(text, is_nul_or_del);
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    auto const length = utf8_length(text);
    if (length == 0 || std::ranges::find(kSpaces, text.substr(0, length)) == kSpaces.end()) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && continues(text, bytes)) --bytes;
  return text.substr(0, bytes);
}

std::string well_formed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const length = is_nul_or_del(text[0]) ? 0 : utf8_length(text);
    out += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace decapod
