#pragma once
// Text that may travel: JSON carries well-formed UTF-8 and nothing else.

#include <cstddef>
#include <string>
#include <string_view>

namespace decapod {

// The length of the well-formed sequence that `text` begins with; 0 if it begins with none, or is empty.
std::size_t utf8_length(std::string_view text);

// As RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// No text that travels has one of these bytes: C ends at the one, terminals rub out with the other.
bool has_nul_or_del(std::string_view text);

// Nothing but white space, or nothing at all.
bool is_blank(std::string_view text);

// The longest beginning of `text` of at most `bytes` bytes that cuts no character in two; `text` is UTF-8.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

// Each byte that may not travel becomes U+FFFD: NUL, DEL, and what is not part of a well-formed sequence. For names
// that come from outside, such as paths.
std::string well_formed(std::string_view text);

}  // namespace decapod
