#pragma once
// `decapod policy init | check | activate | show | eval`: the proposal in the tree, and the policy in force.

#include <decapod/base/request_type.h>
#include <decapod/governance/key_fields.h>
#include <decapod/policy/views.h>

namespace decapod::policy {

enum class Overwrite : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Overwrite, no, yes)

struct InitReply {
  std::string file;
};
BOOST_DESCRIBE_STRUCT(InitReply, (), (file))

struct Init {
  using Reply = InitReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "init",
      .access = Access::local,
      .summary = "Write a proposal that works from the first minute, to be changed and committed",
      .store = StoreNeed::none,
      .examples = {{{"policy init", "write .decapod/policy.toml, with comments"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "force", .meaning = "Also in the place of a proposal that is there"},
  });
  Overwrite force = Overwrite::no;
};
BOOST_DESCRIBE_STRUCT(Init, (), (force))

// A key at which two policies say different things. Each side as JSON, cut where it is long; "" where it says nothing.
struct Change {
  std::string key;  // "zones[2].risk"
  std::string in_force;
  std::string proposed;
};
BOOST_DESCRIBE_STRUCT(Change, (), (key, in_force, proposed))

struct CheckReply {
  std::string file;
  std::string hash;  // hex
  std::string name;
  std::int64_t zones = 0;
  std::vector<std::string>
      warnings;  // what it says that has no effect: "zones[3].paths: no file is there for \"dcos\""
  std::optional<std::string> in_force;  // hex: the hash of the policy in force; left out where there is no store to ask
  std::vector<Change> changes;          // from that; at most 50
};
BOOST_DESCRIBE_STRUCT(CheckReply, (), (file, hash, name, zones, warnings, in_force, changes))

struct Check {
  using Reply = CheckReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "check",
      .access = Access::local,
      .summary = "Say whether the proposal in .decapod/policy.toml is sound",
      .store = StoreNeed::none,
      .examples = {{{"policy check", "before it is committed or signed: its hash, and what changes"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "file", .meaning = "Another file than .decapod/policy.toml", .max = kPathBytesMax, .value_name = "FILE"},
  });
  std::string file;
};
BOOST_DESCRIBE_STRUCT(Check, (), (file))

struct ActivateReply {
  std::int64_t sequence = 0;
  std::string hash;  // hex
  std::string name;
  std::vector<Change> changes;      // from the policy that was in force; at most 50
  std::optional<std::string> file;  // that it was read from
};
BOOST_DESCRIBE_STRUCT(ActivateReply, (), (sequence, hash, name, changes, file))

struct Activate {
  using Reply = ActivateReply;
  static constexpr Verb verb{.subsystem = "policy",
                             .name = "activate",
                             .access = Access::write,
                             .summary = "Sign the proposal with the operator's key and put it in force",
                             .examples = {{{"policy activate", "asks for the passphrase"},
                                           {"policy activate --hash 1f0c...", "exactly what `policy check` showed"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "hash",
       .meaning = "Only what has this hash, as `policy check` shows it: what was reviewed, and nothing else",
       .max = 64,
       .value_name = "HEX"},
      governance::kOperatorKeyField,
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      {.name = "document",
       .meaning = "The proposal in its canonical form",
       .place = Place::content,
       .max = static_cast<std::int64_t>(governance::kDocumentBytesMax)},
      governance::kSignatureField,
  });
  std::string hash;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::string document;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(Activate, (), (hash, key, passphrase_file, passphrase_fd, document, statement))

// How the file in the tree stands to what is in force.
enum class Proposal : std::uint8_t { absent, same, differs, unsound };
BOOST_DESCRIBE_ENUM(Proposal, absent, same, differs, unsound)

struct KeyView {
  std::int64_t number = 0;
  std::string key;  // hex
  Timestamp since;
};
BOOST_DESCRIBE_STRUCT(KeyView, (), (number, key, since))

struct ShowReply {
  std::string store_uuid;
  governance::Endorsed endorsed = governance::Endorsed::no;
  std::int64_t sequence = 0;  // of the newest activation that the store or its trail knows of
  std::string hash;           // hex; "" while it is unsound
  json::object document;
  std::vector<KeyView> keys;  // the last one is in force; empty: no operator yet
  Proposal proposal = Proposal::absent;
  std::string proposal_hash;             // hex; "" unless it is sound
  std::vector<std::string> differences;  // where the proposal differs, such as "zones[2].risk"; at most 50
  std::string unsound;                   // why what is stored is not what was signed: nothing passes; "" otherwise
  std::vector<Change> changes;           // the same places as in `differences`, with both sides
  std::vector<std::string> idle;  // of the proposal: patterns that no operation fits, "zones[3].operations[0]: \"x.*\""
};
BOOST_DESCRIBE_STRUCT(ShowReply, (),
                      (store_uuid, endorsed, sequence, hash, document, keys, proposal, proposal_hash, differences,
                       unsound, changes, idle))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{.subsystem = "policy",
                             .name = "show",
                             .access = Access::read,
                             .summary = "Show the policy in force, and how the proposal in the tree differs",
                             .budget = std::chrono::milliseconds(100),
                             .examples = {{{"policy show", "who signed what"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "proposal",
       .meaning = "The text of .decapod/policy.toml",
       .place = Place::fact,
       .max = static_cast<std::int64_t>(governance::kDocumentBytesMax)},
  });
  std::optional<std::string> proposal;
};
BOOST_DESCRIBE_STRUCT(Show, (), (proposal))

struct EvalReply {
  std::string store_uuid;
  std::string operation;
  std::optional<json::object> parameters;  // as they are judged: every default filled in
  std::string digest;                      // hex; what an approval names. "" without parameters
  governance::Risk risk = governance::Risk::low;
  std::vector<std::string> reasons;
  std::vector<std::string> zones;
  governance::Trust trust_needed = governance::Trust::untrusted;
  governance::Trust trust = governance::Trust::untrusted;  // the caller's
  governance::ApprovalNeed approval = governance::ApprovalNeed::never;
  std::string approval_id;  // one that the caller could use for this; "" if there is none
  governance::ProofLevel proof = governance::ProofLevel::asserted;
  governance::SealNeed seal = governance::SealNeed::never;  // of a promotion
  std::vector<governance::Lack> missing;
  std::string command;  // that gives what is missing, for the operator; "" if nothing is
  governance::Endorsed endorsed = governance::Endorsed::no;
  std::string policy_hash;  // hex
};
BOOST_DESCRIBE_STRUCT(EvalReply, (),
                      (store_uuid, operation, parameters, digest, risk, reasons, zones, trust_needed, trust, approval,
                       approval_id, proof, seal, missing, command, endorsed, policy_hash))

struct Eval {
  using Reply = EvalReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "eval",
      .access = Access::read,
      .summary = "Say how risky a command or a change is under the policy in force, and what is missing for it",
      .budget = std::chrono::milliseconds(100),
      .examples = {{{"policy eval --path cmake/Install.cmake --path README.md", "what a change would ask for"},
                    {"policy eval todo.archive --params '{\"id\":\"t-4k2m\"}'", "what a command would"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "operation", .meaning = "An operation, such as todo.archive", .place = Place::positional, .max = 128},
      {.name = "params", .meaning = "Its arguments, as JSON", .max = kParameterBytesMax, .value_name = "JSON"},
      {.name = "path",
       .meaning = "A path that is touched, from the root of the repository; repeat for more",
       .min = 1,
       .max = kPathBytesMax,
       .max_items = 10'000},
      {.name = "task",
       .meaning = "The task that it is for: its labels count, as for its capsule, verification and promotion; a "
                  "command on the backlog is judged by --params alone",
       .max = kNameBytesMax,
       .value_name = "ID"},
  });
  std::string operation;
  std::string params;
  std::vector<std::string> path;
  std::string task;
};
BOOST_DESCRIBE_STRUCT(Eval, (), (operation, params, path, task))

}  // namespace decapod::policy
