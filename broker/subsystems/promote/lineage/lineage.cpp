#include <decapod/promote_lineage/lineage.h>

#include <decapod/base/codec.h>
#include <decapod/governance/canonical_json.h>

#include <algorithm>

namespace decapod::promote {
namespace {

constexpr std::size_t kIdDigits = 16;
constexpr std::string_view kIdPrefix = "p-";

}  // namespace

std::string canonical(Lineage const& lineage) {
  return governance::canonical_json(codec::encode(lineage));
}

Result<Lineage> parse_lineage(std::string_view text) {
  DECAPOD_TRY(auto const object, governance::parse_canonical_json(text, "the lineage"));
  DECAPOD_TRY(auto lineage, codec::decode<Lineage>(json::value(object), codec::Unknown::refuse));
  if (canonical(lineage) == text) return lineage;
  return fail(ErrorCode::bad_request, "the lineage is not spelled as it must be");
}

std::string digest_of(std::string_view canonical_text) {
  return hex(sha256(canonical_text));
}

std::string id_of(std::string_view digest) {
  return std::string(kIdPrefix).append(digest.substr(0, kIdDigits));
}

bool is_id(std::string_view text) {
  return text.size() == kIdPrefix.size() + kIdDigits && text.starts_with(kIdPrefix) &&
         std::ranges::all_of(text.substr(kIdPrefix.size()),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string record_name(std::string_view id) {
  return "promotion " + std::string(id);
}

std::string promotion_key(std::string_view id) {
  return "promote/promotion/" + std::string(id);
}

std::string lineage_key(std::string_view digest) {
  return "promote/lineage/" + std::string(digest);
}

json::object meaning_of(Lineage const& lineage) {
  return {{"kind", to_text(lineage.kind)},
          {"unit", codec::encode(lineage.units)},
          {"revision", lineage.revision},
          {"tree", lineage.tree},
          {"sums", codec::encode(lineage.sums)}};
}

}  // namespace decapod::promote
