#pragma once
// An entry as it is exported, what it is known by, and the names by which the trail tells of it.

#include <decapod/base/digest.h>
#include <decapod/base/result.h>
#include <decapod/knowledge/views.h>
#include <decapod/knowledge_source/source.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::knowledge {

// What an entry says and rests on. What became of it is no part of it.
struct Document {
  std::string id;
  std::string title;
  EntryKind kind = EntryKind::fact;
  std::string body;
  std::vector<SourceView> provenance;
  std::string digest;  // hex: digest_of() the rest but id, time and actor
  Timestamp created_at;
  std::string created_by;
};
BOOST_DESCRIBE_STRUCT(Document, (), (id, title, kind, body, provenance, digest, created_at, created_by))

// Of what an entry says, which never changes: each part with its length before it, so that no two entries have the same
// bytes. `digests` are those of the files among `sources`, in their order.
Sha256 digest_of(std::string_view title, EntryKind kind, std::string_view body, std::vector<Source> const& sources,
                 std::vector<Sha256> const& digests);
// bad_request: a file in it has no digest.
Result<Sha256> digest_of(Document const& document);

Source source_in(SourceView const& view);

// Who adds an entry names what it says in the trail: "knowledge/digest/k-4k2m/HEX".
std::string digest_key(std::string_view id, std::string_view digest);
// Only a promotion names this: "knowledge/promotion/k-4k2m".
std::string promotion_key(std::string_view id);

}  // namespace decapod::knowledge
