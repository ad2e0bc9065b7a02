#pragma once
// What can be said of a capsule by somebody who cannot read the repository.

#include <decapod/base/result.h>
#include <decapod/capsule/capsule.h>

namespace decapod::capsule {

// Whether it could have been made as it says: every excerpt is of a document of its scope, has as many lines as it
// claims, overlaps no other, and stands where its relevance puts it; no more of them than its limit, no more text than
// kTextBytesMax, no fewer matches than excerpts. capsule_scope_denied and capsule_limit_denied where it takes more than
// it was given; bad_request where it contradicts itself, by the path of the field.
Result<void> check(Capsule const& capsule);

// Whether one of these globs covers a path that is spelled as git spells it.
bool in_scope(std::vector<std::string> const& documents, std::string_view path);

}  // namespace decapod::capsule
