#pragma once
// `decapod capsule ...`: context for a task, taken from the repository under the policy in force.

#include <decapod/base/clock.h>
#include <decapod/base/request_type.h>
#include <decapod/capsule/capsule.h>
#include <decapod/fields/fields.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::capsule {

// Whether the capsule also becomes a tracked file of the worktree.
enum class Write : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Write, no, yes)

// What the policy gives to a task. Asked before anything is read from the repository, and judged again when the capsule
// is issued.
struct Granted {
  std::string policy;  // hex
  governance::Risk tier = governance::Risk::low;
  std::int64_t limit = 0;
  std::vector<std::string> documents;  // globs
};
BOOST_DESCRIBE_STRUCT(Granted, (), (policy, tier, limit, documents))

struct Grant {
  using Reply = Granted;
  static constexpr Verb verb{.subsystem = "capsule",
                             .name = "grant",
                             .access = Access::read,
                             .summary = "Say what the policy in force lets a capsule hold",
                             .visibility = Visibility::hidden};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "scope",
       .meaning = "Which documents, as the policy names them",
       .presence = Presence::required,
       .min = 1,
       .max = kScopeBytesMax},
      {.name = "task", .meaning = "The item of the backlog that it is for", .min = 1, .max = kIdBytesMax},
      {.name = "workunit", .meaning = "The workunit that it is for", .min = 1, .max = kIdBytesMax},
      fields::limit(kExcerptsMax, "At most this many excerpts"),
      {.name = "write", .meaning = "Also as .decapod/capsules/<id>.json in the worktree, to be committed"},
  });
  std::string scope;
  std::optional<std::string> task;
  std::optional<std::string> workunit;
  std::optional<std::int64_t> limit;
  Write write = Write::no;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (scope, task, workunit, limit, write))

// One line of a list.
struct Brief {
  std::string id;  // "c-" and 16 hex digits of the hash
  std::string hash;
  std::string topic;
  std::string scope;
  std::string task;
  std::optional<std::string> workunit;
  governance::Risk tier = governance::Risk::low;
  std::string policy;
  std::string commit;
  std::int64_t excerpts = 0;
  Timestamp issued_at;
  std::string issued_by;
};
BOOST_DESCRIBE_STRUCT(Brief, (),
                      (id, hash, topic, scope, task, workunit, tier, policy, commit, excerpts, issued_at, issued_by))

// Where an excerpt is from; `capsule show` has the text.
struct ExcerptPlace {
  std::string path;
  std::int64_t first_line = 0;
  std::int64_t last_line = 0;
};
BOOST_DESCRIBE_STRUCT(ExcerptPlace, (), (path, first_line, last_line))

enum class Already : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Already, no, yes)

struct IssueReply {
  Brief capsule;
  Already already = Already::no;  // the same inputs made this very capsule before
  std::int64_t matched = 0;
  std::vector<ExcerptPlace> excerpts;
  std::vector<LeftOut> left_out;  // at most 20
  std::int64_t left_out_total = 0;
  std::optional<std::string> file;  // that it was written to, from the root of the worktree
};
BOOST_DESCRIBE_STRUCT(IssueReply, (), (capsule, already, matched, excerpts, left_out, left_out_total, file))

struct Issue {
  using Reply = IssueReply;
  static constexpr Verb verb{
      .subsystem = "capsule",
      .name = "issue",
      .access = Access::write,
      .summary = "Put together what a task's worker should read",
      .examples = {
          {{"capsule issue --topic 'leader election' --scope docs --task t-4k2m", "exact excerpts, best first"},
           {"capsule issue --topic 'wire format' --scope specs --task t-4k2m --limit 4 --write",
            "four at most, and a file to commit"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "topic",
       .meaning = "What it is about, in a few words",
       .presence = Presence::required,
       .min = 1,
       .max = kTopicBytesMax,
       .content = Content::visible},
      {.name = "scope",
       .meaning = "Which documents, as the policy names them",
       .presence = Presence::required,
       .min = 1,
       .max = kScopeBytesMax},
      {.name = "task", .meaning = "The item of the backlog that it is for", .min = 1, .max = kIdBytesMax},
      {.name = "workunit", .meaning = "The workunit that it is for", .min = 1, .max = kIdBytesMax},
      fields::limit(kExcerptsMax, "At most this many excerpts; by default as many as the policy gives"),
      {.name = "write", .meaning = "Also as .decapod/capsules/<id>.json in the worktree, to be committed"},
      {.name = "material", .meaning = "What was found in the repository", .place = Place::fact},
  });
  std::string topic;
  std::string scope;
  std::optional<std::string> task;
  std::optional<std::string> workunit;
  std::optional<std::int64_t> limit;
  Write write = Write::no;
  std::optional<Material> material;
};
BOOST_DESCRIBE_STRUCT(Issue, (), (topic, scope, task, workunit, limit, write, material))

struct ShowReply {
  std::string id;
  std::string hash;
  Timestamp issued_at;
  std::string issued_by;
  Capsule capsule;
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (id, hash, issued_at, issued_by, capsule))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{.subsystem = "capsule",
                             .name = "show",
                             .access = Access::read,
                             .summary = "Show a capsule with its excerpts",
                             .sharing = Sharing::shared,
                             .examples = {{{"capsule show c-1f0c8e2a94b7d035", "a beginning that is unique will do"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The capsule">(),
  });
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id))

struct ListReply {
  std::vector<Brief> capsules;  // newest first
  std::optional<std::int64_t> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (capsules, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{.subsystem = "capsule",
                             .name = "list",
                             .access = Access::read,
                             .summary = "List capsules, newest first",
                             .sharing = Sharing::shared,
                             .examples = {{{"capsule list --task t-4k2m", "those of one task"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "task", .meaning = "Only those of this task (its whole id)", .min = 1, .max = kIdBytesMax},
      {.name = "workunit", .meaning = "Only those of this workunit (its whole id)", .min = 1, .max = kIdBytesMax},
      {.name = "scope", .meaning = "Only those of this scope", .min = 1, .max = kScopeBytesMax},
      fields::limit(200),
      fields::numbered_cursor(),
  });
  std::optional<std::string> task;
  std::optional<std::string> workunit;
  std::optional<std::string> scope;
  std::int64_t limit = 20;
  std::optional<std::int64_t> cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (task, workunit, scope, limit, cursor))

// What `verify` holds against what.
enum class Subject : std::uint8_t {
  hash,      // the stored bytes and the hash they are known by
  revision,  // the commit, its tree, and whether this clone has them
  excerpts,  // what the same inputs give now, at that revision
  head,      // the commit and HEAD
  policy,    // the policy it was issued under and the one in force
  tier,      // the tier of its task then and now
  grant,     // what the policy in force would give
};
BOOST_DESCRIBE_ENUM(Subject, hash, revision, excerpts, head, policy, tier, grant)

enum class Verdict : std::uint8_t { agrees, disagrees, unknown };
BOOST_DESCRIBE_ENUM(Verdict, agrees, disagrees, unknown)

struct Check {
  Subject subject = Subject::hash;
  Verdict verdict = Verdict::agrees;
  std::string recorded;
  std::string found;
};
BOOST_DESCRIBE_STRUCT(Check, (), (subject, verdict, recorded, found))

struct VerifyReply {
  std::string id;
  std::string hash;
  std::int64_t disagreements = 0;  // of which a check says so, or could not tell
  std::vector<Check> checks;
};
BOOST_DESCRIBE_STRUCT(VerifyReply, (), (id, hash, disagreements, checks))

struct Verify {
  using Reply = VerifyReply;
  static constexpr Verb verb{
      .subsystem = "capsule",
      .name = "verify",
      .access = Access::read,
      .summary = "Take a capsule's excerpts from its revision again, and hold everything else against now",
      .examples = {{{"capsule verify c-1f0c8e2a94b7d035", "exit 6 names what disagrees"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The capsule">(),
      {.name = "found", .meaning = "What its inputs give at its revision", .place = Place::fact},
      {.name = "head", .meaning = "What HEAD names", .place = Place::fact},
  });
  std::string id;
  std::optional<Material> found;
  std::optional<Revision> head;
};
BOOST_DESCRIBE_STRUCT(Verify, (), (id, found, head))

}  // namespace decapod::capsule
