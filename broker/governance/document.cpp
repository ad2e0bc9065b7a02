#include <decapod/governance/canonical_json.h>
#include <decapod/governance/document.h>

namespace decapod::governance {

Tier const& tier_of(Document const& document, Risk risk) {
  auto const& tiers = document.tiers;
  switch (risk) {
    case Risk::low:
      return tiers.low;
    case Risk::medium:
      return tiers.medium;
    case Risk::high:
      return tiers.high;
    case Risk::critical:
      break;
  }
  return tiers.critical;
}

std::string canonical(Document const& document) {
  return canonical_json(codec::encode(document));
}

Sha256 hash_of(Document const& document) {
  return Sha256Hasher().add("decapod policy v1\n").add(canonical(document)).finish();
}

Result<Document> parse_canonical(std::string_view text) {
  auto const invalid = [](std::string const& why) {
    return fail(ErrorCode::policy_invalid, "this is no policy: " + why);
  };
  if (text.size() > kDocumentBytesMax) return invalid("it is too long");
  auto const object = parse_canonical_json(text, "the policy");
  if (!object) return invalid(object.error().message);
  auto document = codec::decode<Document>(*object, codec::Unknown::refuse);
  if (!document) return invalid(document.error().message);
  DECAPOD_CHECK(check(*document));
  return document;
}

}  // namespace decapod::governance
