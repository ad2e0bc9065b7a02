#pragma once
// A promotion as a tracked file, .decapod/lineage/ID.json: its lineage, what the store keeps of the request, and a
// checkpoint of the trail. Whoever has it needs no store to hold each part against every other one.

#include <decapod/base/finding.h>
#include <decapod/governance/keys.h>
#include <decapod/promote_lineage/lineage.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::promote {

inline constexpr std::string_view kBundleSchema = "decapod.promotion/1";
inline constexpr std::size_t kBundleBytesMax = 8UL * 1024 * 1024;

// The row of the ledger.
struct LedgerPart {
  std::string key;     // the idempotency key
  std::string digest;  // hex: what the key is bound to
  std::string request_id;
  std::string operation;
  std::string actor;
  std::string marker;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(LedgerPart, (), (key, digest, request_id, operation, actor, marker, at))

// Whose word a bundle carries.
enum class Word : std::uint8_t {
  none,      // nobody's: the policy is the built-in one
  policy,    // the operator signed the policy, which asks for no more
  approval,  // the operator signed for this very promotion
  seal,      // the operator signed the lineage and the record that it left
};
BOOST_DESCRIBE_ENUM(Word, none, policy, approval, seal)

struct Bundle {
  std::string schema = std::string(kBundleSchema);
  std::string id;
  std::string digest;  // hex: of the lineage's canonical bytes
  Word rests_on = Word::none;
  Lineage lineage;
  RecordPart record;  // that the promotion left in the trail
  LedgerPart ledger;
  std::string checkpoint;                  // of the trail, right after that record
  std::vector<governance::Signed> keys;    // the operator's: the first signs itself, each signs the next
  std::optional<governance::Signed> seal;  // StatementKind::lineage
};
BOOST_DESCRIBE_STRUCT(Bundle, (), (schema, id, digest, rests_on, lineage, record, ledger, checkpoint, keys, seal))

// The strongest word in it.
Word word_of(Bundle const& bundle);
// Whether it counts for nothing yet: the seal that its policy asks for is missing.
bool awaits_seal(Bundle const& bundle);

// The bytes of the file, and back: bad_request, also where they are another spelling.
std::string bundle_text(Bundle const& bundle);
Result<Bundle> parse_bundle(std::string_view text);

// What each finding is called.
inline constexpr std::string_view kBundleUnreadable = "BUNDLE_UNREADABLE";
inline constexpr std::string_view kBundleAltered = "BUNDLE_ALTERED";    // a part is not what another names
inline constexpr std::string_view kBundleUnsigned = "BUNDLE_UNSIGNED";  // a signature is missing, or not the operator's
inline constexpr std::string_view kBundleUnsealed = "BUNDLE_UNSEALED";  // the seal that its policy asks for is missing
inline constexpr std::string_view kBundleDisagrees = "BUNDLE_DISAGREES";  // agreement.h has something to say

using Found = std::function<void(std::string_view code, std::string message)>;

// Everything that can be said of a bundle without a store and without git. `operator_pub`: what .decapod/operator.pub
// has; nullopt: there is none.
void check_bundle(Bundle const& bundle, std::optional<std::string> const& operator_pub, Found const& found);

// What of it can be said of a lineage alone, by whoever knows the operator's keys: artifacts, signatures, the records'
// hashes, and their agreement.
void check_lineage(Lineage const& lineage, std::span<governance::PublicKey const> keys, Found const& found);

struct BundleFile {
  std::string path;  // ".decapod/lineage/p-....json"
  std::string text;  // "": it could not be read
};

// The gate "promote.bundles". not_applicable where there is none.
GateReport judge_bundles(std::span<BundleFile const> files, std::optional<std::string> const& operator_pub);

}  // namespace decapod::promote
