#pragma once
// Everything that a promotion rests on, as one value: what the repository showed, the policy, the work, the capsules,
// the approval, and the records of the trail that say how they came about. It is what is judged, what is stored, and
// what a bundle carries. Nothing in it is believed without agreement.h.

#include <decapod/base/digest.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/vocabulary.h>
#include <decapod/promote/facts.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::promote {

inline constexpr std::string_view kLineageSchema = "decapod.lineage/1";
// What an approval of a promotion names.
inline constexpr std::string_view kOperation = "promote.record";

struct PolicyPart {
  std::string hash;               // hex
  std::string document;           // canonical
  std::int64_t sequence = 0;      // of its activation; 0: it is built in, and nobody signed it
  governance::Signed activation;  // empty for sequence 0
};
BOOST_DESCRIBE_STRUCT(PolicyPart, (), (hash, document, sequence, activation))

struct UnitPart {
  std::string id;
  std::string task;
  std::vector<std::string> labels;  // of the task
  std::string sum;                  // hex: SHA-256 of `document` in its compact spelling
  json::object document;            // workunit::Document, with its proofs
};
BOOST_DESCRIBE_STRUCT(UnitPart, (), (id, task, labels, sum, document))

struct CapsulePart {
  std::string id;
  std::string unit;      // that refers to it
  std::string document;  // canonical; "": there is none
};
BOOST_DESCRIBE_STRUCT(CapsulePart, (), (id, unit, document))

// Of a release: the promotion by which a unit of it was published.
struct PublishedPart {
  std::string unit;
  std::string promotion;  // its id; "": the unit was not published
  std::string digest;     // hex: of that promotion's lineage
  std::string revision;
  std::string tree;
  std::string policy;
  std::string sum;  // hex: of the unit's document then
  // Required: the policy asks for the operator's seal on it, and there was none. Left out otherwise.
  std::optional<governance::SealNeed> seal;
};
BOOST_DESCRIBE_STRUCT(PublishedPart, (), (unit, promotion, digest, revision, tree, policy, sum, seal))

// Of knowledge: the entry.
struct EntryPart {
  std::string id;
  std::string state;      // contract::KnowledgeState
  std::string digest;     // hex: of what it says and rests on
  json::object document;  // knowledge::Document
};
BOOST_DESCRIBE_STRUCT(EntryPart, (), (id, state, digest, document))

struct ApprovalPart {
  std::string id;
  governance::Signed statement;
};
BOOST_DESCRIBE_STRUCT(ApprovalPart, (), (id, statement))

// A record of the chain of mutations, with what is needed to compute its hash.
struct RecordPart {
  std::string what;  // "proof tests", "capsule c-1f0c8e2a94b7d035"
  std::uint64_t sequence = 0;
  std::string previous;  // hex: the hash before it
  std::string hash;      // hex
  std::string body;      // to the byte
};
BOOST_DESCRIBE_STRUCT(RecordPart, (), (what, sequence, previous, hash, body))

struct Lineage {
  std::string schema = std::string(kLineageSchema);
  std::string store;  // its UUID
  Kind kind = Kind::workunit;
  std::vector<std::string> units;  // of knowledge, the entry
  std::string revision;            // hex: the commit
  std::string tree;                // hex: of that commit, without what decapod writes to be committed
  std::vector<std::string> sums;
  Told told;
  governance::Risk risk = governance::Risk::low;
  governance::ProofLevel proof = governance::ProofLevel::asserted;
  PolicyPart policy;
  std::string operator_key;  // hex: in force at the time; "": none was pinned
  std::optional<ApprovalPart> approval;
  std::vector<UnitPart> work;
  std::vector<CapsulePart> capsules;
  std::vector<PublishedPart> published;
  std::optional<EntryPart> entry;
  std::vector<RecordPart> records;  // in the order of the chain
  std::string marker;               // of the promotion's own commit
  Timestamp at;
  std::string by;
};
BOOST_DESCRIBE_STRUCT(Lineage, (),
                      (schema, store, kind, units, revision, tree, sums, told, risk, proof, policy, operator_key,
                       approval, work, capsules, published, entry, records, marker, at, by))

// Canonical JSON, and back: bad_request, also where the text is another spelling.
std::string canonical(Lineage const& lineage);
Result<Lineage> parse_lineage(std::string_view text);

std::string digest_of(std::string_view canonical_text);  // hex
// "p-" and the first 16 digits of the digest: what people type. The digest decides.
std::string id_of(std::string_view digest);
bool is_id(std::string_view text);

// What its own record is called.
std::string record_name(std::string_view id);
// The keys by which the promotion's own record names it.
std::string promotion_key(std::string_view id);
std::string lineage_key(std::string_view digest);

// The meaning of the request that records it: what an approval is given for.
json::object meaning_of(Lineage const& lineage);

}  // namespace decapod::promote
