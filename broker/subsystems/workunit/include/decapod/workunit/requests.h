#pragma once
// Making a work unit and moving it: init, attach, plan, start, claim, verify, reopen, revise.

#include <decapod/base/request_type.h>
#include <decapod/workunit/record.h>

namespace decapod::workunit {

inline constexpr Field kTaskField = fields::id<"The task">();
inline constexpr Field kTokenField{
    .name = "token",
    .meaning = "The token of the claim on the task; needed where the session is not the one that claimed",
    .min = 1};
inline constexpr Field kHereField{
    .name = "here", .meaning = "The tree of the files as they are now", .place = Place::fact};

// Where a unit stands after a request that changed it.
struct UnitReply {
  std::string id;
  State state = State::draft;
  std::int64_t gates = 0;       // planned
  std::int64_t references = 0;  // attached
};
BOOST_DESCRIBE_STRUCT(UnitReply, (), (id, state, gates, references))

struct Init {
  using Reply = UnitReply;
  static constexpr Verb verb{.subsystem = "workunit",
                             .name = "init",
                             .access = Access::write,
                             .summary = "Begin the record of what one task is to prove",
                             .examples = {Example{"workunit init t-4k2m --intent 'The parser keeps the last line'",
                                                  "One unit a task, with the task's id"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "intent",
       .meaning = "What shall be true when the task is done",
       .presence = Presence::required,
       .min = 1,
       .max = kIntentBytesMax,
       .content = Content::visible,
       .short_name = 'i'},
      kTokenField,
      {.name = "base", .meaning = "The commit that the work begins at", .place = Place::fact, .max = kHashBytes},
  });
  std::string id;
  std::string intent;
  std::optional<std::int64_t> token;
  std::string base;
};
BOOST_DESCRIBE_STRUCT(Init, (), (id, intent, token, base))

struct Attach {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "attach",
      .access = Access::write,
      .summary = "Bind files at the commit that is checked out, or a capsule, to a unit",
      .examples = {Example{"workunit attach t-4k2m --spec specs/parser.md --state src/parser.cpp",
                           "With the hash of each at HEAD; attached again, the hash is that of now"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "spec",
       .meaning = "A file that says what is asked for; repeat for more",
       .min = 1,
       .max = kPathBytesMax,
       .max_items = kReferencesMax,
       .value_name = "PATH"},
      {.name = "state",
       .meaning = "A file that the work is about; repeat for more",
       .min = 1,
       .max = kPathBytesMax,
       .max_items = kReferencesMax,
       .value_name = "PATH"},
      {.name = "capsule",
       .meaning = "A context capsule, by its id; repeat for more",
       .min = 1,
       .max = kIdBytesMax,
       .max_items = kReferencesMax,
       .value_name = "ID"},
      kTokenField,
      {.name = "files",
       .meaning = "The files with their hashes",
       .place = Place::content,
       .max_items = 2 * kReferencesMax},
  });
  std::string id;
  std::vector<std::string> spec;
  std::vector<std::string> state;
  std::vector<std::string> capsule;
  std::optional<std::int64_t> token;
  std::vector<Reference> files;
};
BOOST_DESCRIBE_STRUCT(Attach, (), (id, spec, state, capsule, token, files))

enum class Remove : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Remove, no, yes)

struct Plan {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "plan",
      .access = Access::write,
      .summary = "Say what a unit has to prove: a gate and the command that proves it",
      .examples = {Example{"workunit plan t-4k2m tests -- ctest --preset dev", "The command is run at the root"},
                   Example{"workunit plan t-4k2m tests --remove", "Take it out of the plan again"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "gate",
       .meaning = "What the gate is called: a-z, 0-9, '-', '_' and '.'",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kGateBytesMax},
      {.name = "command",
       .meaning = "The command that proves it, after --",
       .place = Place::positional,
       .max = kWordBytesMax,
       .max_items = kWordsMax},
      {.name = "remove", .meaning = "Take the gate out of the plan"},
      kTokenField,
  });
  std::string id;
  std::string gate;
  std::vector<std::string> command;
  Remove remove = Remove::no;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (id, gate, command, remove, token))

struct Start {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "start",
      .access = Access::write,
      .summary = "Begin the work: from here on the plan is fixed, and proofs are recorded",
      .examples = {{{"workunit start t-4k2m", "its gates are planned; what is proved from here on counts"}}}};
  static constexpr auto fields = std::to_array<Field>({kTaskField, kTokenField});
  std::string id;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Start, (), (id, token))

struct Claim {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "claim",
      .access = Access::write,
      .summary = "Say that the work is done, at the tree that is there now",
      .examples = {{{"workunit claim t-4k2m", "all gates are proved of the files as they are"}}}};
  static constexpr auto fields = std::to_array<Field>({kTaskField, kTokenField, kHereField});
  std::string id;
  std::optional<std::int64_t> token;
  std::optional<Subject> here;
};
BOOST_DESCRIBE_STRUCT(Claim, (), (id, token, here))

// How the paths that the work has changed were told.
enum class Complete : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Complete, no, yes)

struct VerifyReply {
  std::string id;
  State state = State::verified;
  Subject at;
  std::string risk;
  Level level = Level::asserted;  // that every gate was asked for
};
BOOST_DESCRIBE_STRUCT(VerifyReply, (), (id, state, at, risk, level))

struct Verify {
  using Reply = VerifyReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "verify",
      .access = Access::write,
      .summary = "Find a claimed unit proved: every gate, at the claimed tree, at the level that the policy asks for",
      .examples = {{{"workunit verify t-4k2m", "a refusal names each gate that lacks something"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kHereField,
      {.name = "paths",
       .meaning = "What differs between the tree where the work began and the claimed one",
       .place = Place::fact,
       .max = 4096,
       .max_items = kPathsMax},
      {.name = "complete", .meaning = "Whether that is all of it", .place = Place::fact},
  });
  std::string id;
  std::optional<Subject> here;
  std::vector<std::string> paths;
  Complete complete = Complete::no;
};
BOOST_DESCRIBE_STRUCT(Verify, (), (id, here, paths, complete))

struct Reopen {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "reopen",
      .access = Access::write,
      .summary = "Go back to work on a claimed or verified unit; its proofs stay",
      .examples = {{{"workunit reopen t-4k2m --reason 'the review found a gap'", "back to work; its proofs stay"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "reason",
       .meaning = "Why",
       .presence = Presence::required,
       .min = 1,
       .max = kNoteBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
      kTokenField,
  });
  std::string id;
  std::string reason;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Reopen, (), (id, reason, token))

struct Revise {
  using Reply = UnitReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "revise",
      .access = Access::write,
      .summary = "Go back to the draft of a unit that is being worked on, to change its plan",
      .examples = {{{"workunit revise t-4k2m --reason 'one more gate'", "then plan, and start again"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "reason",
       .meaning = "Why",
       .presence = Presence::required,
       .min = 1,
       .max = kNoteBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
      kTokenField,
  });
  std::string id;
  std::string reason;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Revise, (), (id, reason, token))

}  // namespace decapod::workunit
