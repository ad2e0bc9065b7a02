#pragma once
// Digests as text, in a third less than hex digits take.

#include <decapod/base/digest.h>

#include <optional>
#include <string>
#include <string_view>

namespace decapod::audit {

// 44 characters of RFC 4648, section 4, the last of which is '='.
std::string base64(Sha256 const& digest);
// nullopt: not exactly what base64() gives for some digest.
std::optional<Sha256> from_base64(std::string_view text);

}  // namespace decapod::audit
