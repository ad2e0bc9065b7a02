#pragma once
// The one spelling of a JSON value, for what is signed and hashed.

#include <decapod/base/json.h>

namespace decapod::governance {

// Compact, members of every object sorted by the bytes of their names. Two equal values have the same bytes.
std::string canonical_json(json::value const& value);
std::string canonical_json(json::object const& object);

// The object that this text is the canonical spelling of. bad_request: any other text.
Result<json::object> parse_canonical_json(std::string_view text, std::string_view what);

}  // namespace decapod::governance
