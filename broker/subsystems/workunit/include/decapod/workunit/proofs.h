#pragma once
// Recording proofs: prove runs the command, assert only says what came of it, reproduce runs it again and signs.

#include <decapod/governance/key_fields.h>
#include <decapod/workunit/requests.h>

namespace decapod::workunit {

inline constexpr std::int64_t kTimeoutMostMs = 24LL * 3600 * 1000;
inline constexpr Millis kTimeoutDefault{10LL * 60 * 1000};
inline constexpr std::int64_t kOutputLimitMost = 16LL << 30;
inline constexpr std::int64_t kOutputLimitDefault = 256LL << 20;

inline constexpr Field kGateField{.name = "gate",
                                  .meaning = "A gate of the plan",
                                  .place = Place::positional,
                                  .presence = Presence::required,
                                  .min = 1,
                                  .max = kGateBytesMax};
inline constexpr Field kTimeoutField{
    .name = "timeout_ms", .meaning = "How long the command may take", .min = 1, .max = kTimeoutMostMs};
inline constexpr Field kOutputLimitField{.name = "output_limit",
                                         .meaning = "How many bytes it may print before it is ended",
                                         .min = 1,
                                         .max = kOutputLimitMost,
                                         .value_name = "BYTES"};
inline constexpr Field kLogField{
    .name = "log", .meaning = "A file that gets what it prints", .max = kPathBytesMax, .value_name = "FILE"};
inline constexpr Field kTailField{.name = "tail",
                                  .meaning = "The end of what it printed; shown, never stored",
                                  .place = Place::fact,
                                  .max = kTailBytesMax};

struct ProofReply {
  std::string id;  // the unit's
  State state = State::executing;
  std::optional<Proof> proof;  // absent: a dry run
  std::vector<std::string> command;
  std::optional<std::string> disagrees_with;  // the id of a proof that this one contradicts
  std::optional<std::string> tail;            // of what a failing command printed
};
BOOST_DESCRIBE_STRUCT(ProofReply, (), (id, state, proof, command, disagrees_with, tail))

struct Prove {
  using Reply = ProofReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "prove",
      .access = Access::write,
      .summary = "Run the command of a gate and record what came of it",
      .examples = {Example{"workunit prove t-4k2m tests --timeout 20m", "The planned command, at the worktree's root"},
                   Example{"workunit prove t-4k2m tests -- ctest --preset dev",
                           "Refused if the plan has another command; exit status 6 if it fails"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kGateField,
      {.name = "command",
       .meaning = "The command, after --; must be the planned one",
       .place = Place::positional,
       .max = kWordBytesMax,
       .max_items = kWordsMax},
      kTimeoutField,
      kOutputLimitField,
      kLogField,
      kTokenField,
      {.name = "before", .meaning = "The tree before it ran", .place = Place::fact},
      {.name = "after", .meaning = "The tree after it ran", .place = Place::fact},
      {.name = "run", .meaning = "What came of it", .place = Place::fact},
      {.name = "changed",
       .meaning = "Files that changed while it ran",
       .place = Place::fact,
       .max = 4096,
       .max_items = kChangedMax},
      kTailField,
  });
  std::string id;
  std::string gate;
  std::vector<std::string> command;
  Millis timeout_ms = kTimeoutDefault;
  std::int64_t output_limit = kOutputLimitDefault;
  std::string log;
  std::optional<std::int64_t> token;
  std::optional<Subject> before;
  std::optional<Subject> after;
  std::optional<Run> run;
  std::vector<std::string> changed;
  std::string tail;
};
BOOST_DESCRIBE_STRUCT(Prove, (),
                      (id, gate, command, timeout_ms, output_limit, log, token, before, after, run, changed, tail))

struct Assert {
  using Reply = ProofReply;
  static constexpr Verb verb{.subsystem = "workunit",
                             .name = "assert",
                             .access = Access::write,
                             .summary = "Say what came of a gate without running anything: a proof of the lowest level",
                             .examples = {{{"workunit assert t-4k2m review --result passed --note 'read by bob'",
                                            "for a gate that no command can decide"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kGateField,
      {.name = "result", .meaning = "What came of it", .presence = Presence::required},
      {.name = "note",
       .meaning = "How you know",
       .presence = Presence::required,
       .min = 1,
       .max = kNoteBytesMax,
       .content = Content::visible,
       .short_name = 'n'},
      kTokenField,
      kHereField,
  });
  std::string id;
  std::string gate;
  Outcome result = Outcome::failed;
  std::string note;
  std::optional<std::int64_t> token;
  std::optional<Subject> here;
};
BOOST_DESCRIBE_STRUCT(Assert, (), (id, gate, result, note, token, here))

struct Reproduce {
  using Reply = ProofReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "reproduce",
      .access = Access::write,
      .summary = "Run a recorded proof again, in a clean checkout of its commit, and sign what came of it",
      .examples = {Example{"workunit reproduce t-4k2m tests --key ../ci.key",
                           "Recorded as reproduced if the policy names the key"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kGateField,
      {.name = "key",
       .meaning = "The key file of the operator, or of an attestor that the policy names; "
                  "~/.config/decapod/operator.key otherwise",
       .max = kPathBytesMax,
       .value_name = "FILE"},
      {.name = "passphrase_file",
       .meaning = "A file with the passphrase, instead of the terminal",
       .max = kPathBytesMax,
       .value_name = "FILE"},
      governance::kPassphraseFdField,
      kTimeoutField,
      kOutputLimitField,
      kLogField,
      {.name = "attestation", .meaning = "What was signed", .place = Place::content},
      kTailField,
  });
  std::string id;
  std::string gate;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  Millis timeout_ms = kTimeoutDefault;
  std::int64_t output_limit = kOutputLimitDefault;
  std::string log;
  std::optional<Attestation> attestation;
  std::string tail;
};
BOOST_DESCRIBE_STRUCT(Reproduce, (),
                      (id, gate, key, passphrase_file, passphrase_fd, timeout_ms, output_limit, log, attestation, tail))

enum class Purpose : std::uint8_t { prove, reproduce };
BOOST_DESCRIBE_ENUM(Purpose, prove, reproduce)

struct ConsiderReply {
  std::string id;
  std::string store;  // its UUID
  std::string base;
  std::vector<std::string> command;  // of the gate
  std::optional<Proof> proof;        // to be run again: the newest that ran nothing but in an agent's process, at the
                                     // claimed tree if there is one
};
BOOST_DESCRIBE_STRUCT(ConsiderReply, (), (id, store, base, command, proof))

// Asked before a command is run for minutes whose proof would be refused.
struct Consider {
  using Reply = ConsiderReply;
  static constexpr Verb verb{.subsystem = "workunit",
                             .name = "consider",
                             .access = Access::read,
                             .summary = "Say whether a proof of a gate would be taken",
                             .visibility = Visibility::hidden};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kGateField,
      {.name = "command",
       .meaning = "The command, if one was given",
       .place = Place::positional,
       .max = kWordBytesMax,
       .max_items = kWordsMax},
      {.name = "purpose", .meaning = "What for"},
      kTokenField,
  });
  std::string id;
  std::string gate;
  std::vector<std::string> command;
  Purpose purpose = Purpose::prove;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Consider, (), (id, gate, command, purpose, token))

}  // namespace decapod::workunit
