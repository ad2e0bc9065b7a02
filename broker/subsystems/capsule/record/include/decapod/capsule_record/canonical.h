#pragma once
// The one spelling of a capsule, and what it is known by.

#include <decapod/base/digest.h>
#include <decapod/base/result.h>
#include <decapod/capsule/capsule.h>

#include <string>
#include <string_view>

namespace decapod::capsule {

inline constexpr std::size_t kDocumentTextMax = 1024 * 1024;  // of canonical bytes

// Canonical JSON: compact, members sorted.
std::string canonical(Capsule const& capsule);
// SHA-256 over the canonical bytes, in a domain of its own: no digest of anything else can be taken for it.
Sha256 hash_of(std::string_view canonical_text);
// "c-" and the first 16 hex digits of the hash: what people type. Nothing rests on it; the hash decides.
std::string id_of(Sha256 const& hash);
// Whether this is the form of an id. What is none is never part of a path.
bool is_id(std::string_view text);

// bad_request: not what canonical() gives, or not within its bounds.
Result<Capsule> parse(std::string_view canonical_text);

// What a file of a capsule holds: the capsule and its hash, one line. And back: bad_request, also where the hash is not
// that of the capsule.
std::string file_text(Capsule const& capsule);
Result<Capsule> parse_file(std::string_view text);

}  // namespace decapod::capsule
