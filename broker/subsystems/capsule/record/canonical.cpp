#include <decapod/capsule_record/canonical.h>

#include <decapod/base/codec.h>
#include <decapod/governance/canonical_json.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

constexpr std::string_view kDomain = "decapod capsule v1\n";
constexpr std::string_view kIdPrefix = "c-";
constexpr std::size_t kIdDigits = 16;

Error unreadable(std::string const& why) {
  return fail(ErrorCode::bad_request, "this is no capsule: " + why);
}

Result<Capsule> parse(json::value const& document) {
  auto decoded = codec::decode<Capsule>(document, codec::Unknown::refuse);
  if (!decoded) return unreadable(decoded.error().message);
  return decoded;
}

}  // namespace

std::string canonical(Capsule const& capsule) {
  return governance::canonical_json(codec::encode(capsule));
}

Sha256 hash_of(std::string_view canonical_text) {
  return Sha256Hasher().add(kDomain).add_u64(canonical_text.size()).add(canonical_text).finish();
}

std::string id_of(Sha256 const& hash) {
  return std::string(kIdPrefix) + hex(hash).substr(0, kIdDigits);
}

bool is_id(std::string_view text) {
  if (text.size() != kIdPrefix.size() + kIdDigits || !text.starts_with(kIdPrefix)) return false;
  return std::ranges::all_of(text.substr(kIdPrefix.size()),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<Capsule> parse(std::string_view canonical_text) {
  DECAPOD_TRY(auto const document, parse_json(canonical_text, "the capsule"));
  DECAPOD_TRY(auto capsule, parse(document));
  if (canonical(capsule) != canonical_text) return unreadable("it is not in its canonical form");
  return capsule;
}

std::string file_text(Capsule const& capsule) {
  auto const text = canonical(capsule);
  return governance::canonical_json(json::object{{"capsule", codec::encode(capsule)}, {"hash", hex(hash_of(text))}}) +
         '\n';
}

Result<Capsule> parse_file(std::string_view text) {
  DECAPOD_TRY(auto const document, parse_json(text, "the file"));
  auto const* file = document.if_object();
  auto const* inner = file == nullptr ? nullptr : file->if_contains("capsule");
  if (inner == nullptr) return unreadable("the file has no 'capsule'");
  DECAPOD_TRY(auto capsule, parse(*inner));
  // Both the hash and every byte of the file follow from the capsule.
  if (file_text(capsule) != text) return unreadable("the file's hash or spelling is not that of the capsule in it");
  return capsule;
}

}  // namespace decapod::capsule
