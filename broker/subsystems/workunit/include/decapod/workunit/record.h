#pragma once
// A work unit and its proofs as they are stored, shown and exported.

#include <decapod/base/clock.h>
#include <decapod/base/codec.h>
#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/workunit/vocabulary.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::workunit {

using fields::kIdBytesMax;
inline constexpr std::int64_t kIntentBytesMax = 8 * 1024;
inline constexpr std::int64_t kNoteBytesMax = 2 * 1024;
inline constexpr std::int64_t kPathBytesMax = 1024;
inline constexpr std::int64_t kGateBytesMax = 64;
inline constexpr std::int64_t kGatesMax = 32;
inline constexpr std::int64_t kWordBytesMax = 4 * 1024;  // of a command
inline constexpr std::int64_t kWordsMax = 128;
inline constexpr std::int64_t kCommandBytesMax = 16 * 1024;
inline constexpr std::int64_t kReferencesMax = 200;
inline constexpr std::int64_t kHashBytes = 64;  // hex digits of a SHA-256; a git id is no longer
inline constexpr std::int64_t kPathsMax = 2000;
inline constexpr std::int64_t kChangedMax = 20;
inline constexpr std::int64_t kTailBytesMax = 16 * 1024;  // 4096 bytes, each of which may have become three

// How long a proof counts for a verification, and for a promotion.
inline constexpr Millis kFreshFor{7LL * 24 * 3600 * 1000};

// A tree in git, and the commit that was checked out when it was looked at.
struct Subject {
  std::string tree;  // hex: of the files, without what decapod itself writes to be committed
  std::string head;  // hex
  static constexpr auto fields = std::to_array<Field>({
      {.name = "tree", .meaning = "The id of the tree, in hex", .max = kHashBytes},
      {.name = "head", .meaning = "The id of the commit, in hex", .max = kHashBytes},
  });
  friend bool operator==(Subject const&, Subject const&) = default;
};
BOOST_DESCRIBE_STRUCT(Subject, (), (tree, head))

// What came of a command.
struct Run {
  Ending ending = Ending::exited;
  std::int64_t status = 0;  // exit status, or the signal's number
  std::int64_t output_bytes = 0;
  std::string output_sha256;  // hex: of standard output and standard error, as they were printed
  std::int64_t took_ms = 0;
  static constexpr auto fields = std::to_array<Field>({
      {.name = "ending", .meaning = "How it ended"},
      {.name = "status", .meaning = "Its exit status, or the number of the signal", .max = 255},
      {.name = "output_bytes", .meaning = "How much it printed"},
      {.name = "output_sha256", .meaning = "SHA-256 of what it printed, in hex", .max = kHashBytes},
      {.name = "took_ms", .meaning = "How long it took, in milliseconds"},
  });
  friend bool operator==(Run const&, Run const&) = default;
};
BOOST_DESCRIBE_STRUCT(Run, (), (ending, status, output_bytes, output_sha256, took_ms))

struct Reference {
  ReferenceKind kind = ReferenceKind::spec;
  std::string name;      // a path from the worktree's root, or the id of a capsule
  std::string sha256;    // hex: of the file at `revision`, or of the capsule
  std::string revision;  // hex: the commit
  static constexpr auto fields = std::to_array<Field>({
      {.name = "kind", .meaning = "What it is to the work"},
      {.name = "name", .meaning = "A path, or the id of a capsule", .min = 1, .max = kPathBytesMax},
      {.name = "sha256", .meaning = "SHA-256 of it, in hex", .max = kHashBytes},
      {.name = "revision", .meaning = "The commit that it was read from, in hex", .max = kHashBytes},
  });
  friend bool operator==(Reference const&, Reference const&) = default;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (kind, name, sha256, revision))

struct PlannedGate {
  std::string name;
  std::vector<std::string> command;
  friend bool operator==(PlannedGate const&, PlannedGate const&) = default;
};
BOOST_DESCRIBE_STRUCT(PlannedGate, (), (name, command))

// A statement with its signature, as governance reads it.
struct Attestation {
  std::string text;
  std::string signature;
  static constexpr auto fields = std::to_array<Field>({
      {.name = "text", .meaning = "What was signed", .max = 64 * 1024},
      {.name = "signature", .meaning = "The signature, in hex", .max = 128},
  });
  friend bool operator==(Attestation const&, Attestation const&) = default;
};
BOOST_DESCRIBE_STRUCT(Attestation, (), (text, signature))

struct Proof {
  std::string gate;
  Level level = Level::asserted;
  Outcome outcome = Outcome::failed;
  std::vector<std::string> command;
  Subject at;
  std::optional<Run> run;          // absent: asserted
  std::string note;                // asserted: why
  std::string policy;              // hex: the policy that was in force
  std::optional<std::string> of;   // reproduced: the marker of the proof that was run again
  std::optional<std::string> key;  // reproduced: hex, of whoever signed
  std::optional<Attestation> attestation;
  Timestamp made_at;
  std::string made_by;
  std::string marker;  // of the commit that recorded it
  std::string id;      // hex: SHA-256 over all the others
};
BOOST_DESCRIBE_STRUCT(Proof, (),
                      (gate, level, outcome, command, at, run, note, policy, of, key, attestation, made_at, made_by,
                       marker, id))

// Somebody said that it is done.
struct Claimed {
  Subject at;
  Timestamp when;
  std::string by;
  std::string marker;
};
BOOST_DESCRIBE_STRUCT(Claimed, (), (at, when, by, marker))

// It was found to be so.
struct Verified {
  Subject at;
  std::string risk;                 // what the policy says of its labels and paths
  Level level = Level::asserted;    // what the policy asks for
  std::string policy;               // hex
  std::vector<std::string> proofs;  // the ids of those that count, in the plan's order
  Timestamp when;
  std::string by;
  std::string marker;
};
BOOST_DESCRIBE_STRUCT(Verified, (), (at, risk, level, policy, proofs, when, by, marker))

// The last step back.
struct Returned {
  State from = State::executing;
  std::string reason;
  Timestamp when;
  std::string by;
};
BOOST_DESCRIBE_STRUCT(Returned, (), (from, reason, when, by))

struct Unit {
  std::string id;  // the task's
  std::string intent;
  State state = State::draft;
  std::string base;                   // hex: the commit that the work began at
  std::vector<Reference> references;  // sorted by kind and name
  std::vector<PlannedGate> plan;      // in the order in which the gates were planned
  std::optional<Claimed> claimed;     // while claimed or verified
  std::optional<Verified> verified;   // while verified
  std::optional<Returned> returned;
  Timestamp created_at;
  std::string created_by;
};
BOOST_DESCRIBE_STRUCT(Unit, (),
                      (id, intent, state, base, references, plan, claimed, verified, returned, created_at, created_by))

inline constexpr std::string_view kDocumentSchema = "decapod.workunit/1";

// What is written for git: the unit, and for each planned gate the newest proof of each level.
struct Document {
  std::string schema = std::string(kDocumentSchema);
  Unit unit;
  std::vector<Proof> proofs;
};
BOOST_DESCRIBE_STRUCT(Document, (), (schema, unit, proofs))

// What whoever ran a gate again signs.
struct Reproduction {
  std::string unit;
  std::string gate;
  std::vector<std::string> command;
  Subject at;
  Run run;
  std::string proof;   // the id of the proof that was run again
  std::string marker;  // and its marker
};
BOOST_DESCRIBE_STRUCT(Reproduction, (), (unit, gate, command, at, run, proof, marker))

// Whether it is what was signed for this proof of a unit.
inline bool speaks_of(Reproduction const& again, Proof const& proof) {
  return again.gate == proof.gate && again.command == proof.command && again.at == proof.at && again.run == proof.run &&
         again.marker == proof.of;
}

}  // namespace decapod::workunit
