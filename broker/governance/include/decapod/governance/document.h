#pragma once
// A policy: what is risky, and what each degree of risk asks for and is given. A value; where it came from and whether
// anybody signed it is said elsewhere (authority.h of the contract).

#include <decapod/base/clock.h>
#include <decapod/base/codec.h>
#include <decapod/base/digest.h>
#include <decapod/governance/vocabulary.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace decapod::governance {

inline constexpr std::int64_t kDocumentFormat = 1;
inline constexpr std::size_t kDocumentBytesMax = 256 * 1024;

enum class MayWrite : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(MayWrite, no, yes)

// What work of one risk asks for, and what it is given.
struct Tier {
  Trust trust = Trust::basic;                   // the least that its actor needs
  ApprovalNeed approval = ApprovalNeed::never;  // for each operation of this risk
  ProofLevel proof = ProofLevel::asserted;      // the least that its proofs must be worth
  std::vector<std::string> capsule_scopes;      // names in Document::scopes
  std::int64_t capsule_limit = 0;               // most excerpts of a capsule; 0: it gets none
  MayWrite capsule_write = MayWrite::no;        // whether a capsule may be stored
  // Of promotions; never, where it is left out: so a document that was signed without it keeps its spelling.
  std::optional<SealNeed> seal;
};
BOOST_DESCRIBE_STRUCT(Tier, (), (trust, approval, proof, capsule_scopes, capsule_limit, capsule_write, seal))

struct Tiers {
  Tier low;
  Tier medium;
  Tier high;
  Tier critical;
};
BOOST_DESCRIBE_STRUCT(Tiers, (), (low, medium, high, critical))

// A part of the repository, or of what decapod can do, that carries a risk. What it asks for beyond its risk's tier can
// only be more: the stricter of the two counts.
struct Zone {
  std::string name;
  std::string reason;  // for whoever is refused
  Risk risk = Risk::low;
  std::vector<std::string> paths;       // glob.h
  std::vector<std::string> operations;  // "promote.*"; glob.h
  std::vector<std::string> actors;      // only these names, on top of everything else; empty: any
  std::optional<Trust> trust;
  std::optional<ApprovalNeed> approval;
  std::optional<ProofLevel> proof;
  std::optional<SealNeed> seal;
};
BOOST_DESCRIBE_STRUCT(Zone, (), (name, reason, risk, paths, operations, actors, trust, approval, proof, seal))

// A key besides the operator's that may sign reproduced proofs, such as CI's.
struct Attestor {
  std::string name;
  std::string key;  // 64 hex digits
};
BOOST_DESCRIBE_STRUCT(Attestor, (), (name, key))

struct Document {
  std::int64_t format = kDocumentFormat;
  std::string name;                                         // what its maintainers call it, "2026-11"; may be empty
  Risk default_risk = Risk::low;                            // of what no zone and no label speaks of
  Trust default_trust = Trust::basic;                       // of an actor without a token; never above basic
  Millis approval_max = Millis(7LL * 24 * 60 * 60 * 1000);  // the longest that an approval may be valid
  Millis trust_max = Millis(24LL * 60 * 60 * 1000);         // the longest that a token may be valid
  Tiers tiers;
  std::vector<Zone> zones;
  std::map<std::string, std::vector<std::string>> scopes;  // of capsules: the documents of each, as globs
  std::vector<Attestor> attestors;
};
BOOST_DESCRIBE_STRUCT(Document, (),
                      (format, name, default_risk, default_trust, approval_max, trust_max, tiers, zones, scopes,
                       attestors))

Tier const& tier_of(Document const& document, Risk risk);

// Whether it makes sense: bounded, every name known, globs that can match, and no tier that asks for less than the one
// below it. policy_invalid, naming the key in details.key.
Result<void> check(Document const& document);

// The one spelling of a document, whatever file it was written in: canonical JSON (canonical_json.h). Its SHA-256 is
// the policy's hash.
std::string canonical(Document const& document);
Sha256 hash_of(Document const& document);
// policy_invalid: not what canonical() gives, or check() refuses it.
Result<Document> parse_canonical(std::string_view text);

// What is in force where nobody has signed anything. All that decapod can do without a policy is of the lowest risk in
// it; whatever is above that is refused, because nobody signed that either.
Document const& built_in();

}  // namespace decapod::governance
