#pragma once
// `decapod promote check | record`: the fourth checkpoint.

#include <decapod/base/request_type.h>
#include <decapod/governance/vocabulary.h>
#include <decapod/promote/facts.h>

#include <optional>

namespace decapod::promote {

inline constexpr Field kKindField{
    .name = "kind", .meaning = "What is promoted", .place = Place::positional, .presence = Presence::required};
inline constexpr Field kUnitField{
    .name = "unit",
    .meaning = "The work unit; of a release, every one that it consists of; of knowledge, the entry",
    .place = Place::positional,
    .min = 1,
    .max = kIdBytesMax,
    .max_items = kUnitsMax};
// These are a part of what is asked for: an approval names the very tree, commit and documents.
inline constexpr Field kRevisionField{
    .name = "revision", .meaning = "The commit that is checked out", .place = Place::content, .max = kHashBytes};
inline constexpr Field kTreeField{
    .name = "tree", .meaning = "The tree of that commit", .place = Place::content, .max = kHashBytes};
inline constexpr Field kSumsField{.name = "sums",
                                  .meaning = "The sum of each unit's document, or the digest of the entry",
                                  .place = Place::content,
                                  .max = kHashBytes,
                                  .max_items = kUnitsMax};
inline constexpr Field kToldField{.name = "told", .meaning = "What the repository shows", .place = Place::fact};
inline constexpr Field kPromotionField = fields::id<"The promotion">();

// What a promotion would rest on, where nothing stands in its way.
struct CheckReply {
  Kind kind = Kind::workunit;
  std::vector<std::string> units;
  std::string revision;
  std::string tree;
  governance::Risk risk = governance::Risk::low;
  std::vector<std::string> reasons;
  governance::ProofLevel proof = governance::ProofLevel::asserted;  // that every gate has, or more
  std::string policy;                                               // hex
  std::optional<std::string> approval;                              // the one that would be used up, if one is needed
  std::vector<std::string> capsules;
  governance::SealNeed seal = governance::SealNeed::never;  // required: it counts only once it is sealed
};
BOOST_DESCRIBE_STRUCT(CheckReply, (),
                      (kind, units, revision, tree, risk, reasons, proof, policy, approval, capsules, seal))

struct Check {
  using Reply = CheckReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "check",
      .access = Access::read,
      .summary = "Say whether everything that a promotion rests on agrees; changes nothing",
      .budget = std::chrono::milliseconds(250),
      .examples = {{{"promote check workunit t-4k2m", "exit 5 names both sides of what disagrees"},
                    {"promote check knowledge k-9f3a", "whether what it rests on is still so"}}}};
  static constexpr auto fields =
      std::to_array<Field>({kKindField, kUnitField, kRevisionField, kTreeField, kSumsField, kToldField});
  Kind kind = Kind::workunit;
  std::vector<std::string> unit;
  std::string revision;
  std::string tree;
  std::vector<std::string> sums;
  std::optional<Told> told;
};
BOOST_DESCRIBE_STRUCT(Check, (), (kind, unit, revision, tree, sums, told))

struct RecordReply {
  std::string id;      // "p-" and 16 hex digits of the digest
  std::string digest;  // hex: of the lineage
  Kind kind = Kind::workunit;
  std::vector<std::string> units;
  std::string revision;
  std::string tree;
  governance::Risk risk = governance::Risk::low;
  std::string policy;
  std::optional<std::string> approval;  // that was used up
  std::string marker;
  std::optional<std::string> file;  // that the bundle was written to; none is before a seal that the policy asks for
  governance::SealNeed seal = governance::SealNeed::never;  // required: it counts only once it is sealed
};
BOOST_DESCRIBE_STRUCT(RecordReply, (),
                      (id, digest, kind, units, revision, tree, risk, policy, approval, marker, file, seal))

struct Record {
  using Reply = RecordReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "record",
      .access = Access::write,
      .summary = "Promote: check once more, record it, and write the lineage to .decapod/lineage/ID.json",
      .examples = {{{"promote record workunit t-4k2m", "publish what one task has proved"},
                    {"promote record release t-4k2m t-7wqz", "release HEAD, with what it consists of"}}}};
  static constexpr auto fields =
      std::to_array<Field>({kKindField, kUnitField, kRevisionField, kTreeField, kSumsField, kToldField});
  Kind kind = Kind::workunit;
  std::vector<std::string> unit;
  std::string revision;
  std::string tree;
  std::vector<std::string> sums;
  std::optional<Told> told;
};
BOOST_DESCRIBE_STRUCT(Record, (), (kind, unit, revision, tree, sums, told))

}  // namespace decapod::promote
