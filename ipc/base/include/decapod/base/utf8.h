#pragma once
// Text that may travel: JSON carries well-formed UTF-8 and nothing else.

#include <string>
#include <string_view>

namespace decapod {

// As RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// Nothing but white space, or nothing at all.
bool is_blank(std::string_view text);

// Each byte that is not part of a well-formed sequence becomes U+FFFD. For names that come from outside, such as paths.
std::string well_formed(std::string_view text);

}  // namespace decapod
