#pragma once
// Writing JSON in the one spelling that records use.

#include <string>
#include <string_view>

namespace decapod::audit {

// Appends `text` quoted. Escaped are `"`, `\`, and bytes below 0x20 (\b \f \n \r \t, else \u00xx in lower case); NUL,
// DEL and each byte that is not part of well-formed UTF-8 become U+FFFD; all else stands as it is.
void append_quoted(std::string& out, std::string_view text);

}  // namespace decapod::audit
