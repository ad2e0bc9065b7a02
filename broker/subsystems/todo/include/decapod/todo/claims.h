#pragma once
// Holding items: claim, next, renew, release, handoff, reclaim. README.md says what a claim promises.

#include <decapod/fields/fields.h>
#include <decapod/todo/items.h>

namespace decapod::todo {

inline constexpr std::int64_t kLeaseLeastMs = 1000;
inline constexpr std::int64_t kLeaseMostMs = 7LL * 24 * 3600 * 1000;
inline constexpr Millis kLeaseDefault{30LL * 60 * 1000};

enum class Force : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Force, no, yes)
enum class Already : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Already, no, yes)

struct ClaimReply {
  Brief item;
  std::int64_t token = 0;  // proves the claim: pass it as --token
  Timestamp expires_at;
  Already already = Already::no;    // yes: it was yours; token and lease are as they were
  std::optional<std::string> note;  // from the command line: how to go on without a session
};
BOOST_DESCRIBE_STRUCT(ClaimReply, (), (item, token, expires_at, already, note))

struct Claim {
  using Reply = ClaimReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "claim",
                             .access = Access::write,
                             .summary = "Take an item: one holder at a time",
                             .examples = {Example{"todo claim t-4k2m --lease 2h", "Take it for two hours"},
                                          Example{"todo claim t-4k2m --force", "Take it although it is blocked"}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "lease_ms",
       .meaning = "How long the claim lasts unless it is renewed",
       .min = kLeaseLeastMs,
       .max = kLeaseMostMs},
      {.name = "force", .meaning = "Claim it although it is blocked"},
      {.name = "token", .meaning = "The token of your claim, to ask for it again from another session", .min = 1},
  });
  std::string id;
  Millis lease_ms = kLeaseDefault;
  Force force = Force::no;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Claim, (), (id, lease_ms, force, token))

enum class Take : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Take, no, yes)

struct NextReply {
  Brief item;
  std::optional<std::int64_t> token;    // when it was claimed
  std::optional<Timestamp> expires_at;  // when it was claimed
  std::optional<std::string> note;      // from the command line: how to go on without a session
};
BOOST_DESCRIBE_STRUCT(NextReply, (), (item, token, expires_at, note))

struct Next {
  using Reply = NextReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "next",
      .access = Access::write,
      .summary = "Show the best ready item, or take it with --claim; what was handed to you comes first",
      .examples = {Example{"todo next --claim", "Take it, or end with exit status 3 when nothing is ready"},
                   Example{"todo next --claim --label docs --priority 1", "Only urgent documentation"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "claim", .meaning = "Take it, in the same transaction"},
      {.name = "lease_ms",
       .meaning = "How long the claim lasts unless it is renewed",
       .min = kLeaseLeastMs,
       .max = kLeaseMostMs},
      {.name = "type", .meaning = "Only this kind of work", .short_name = 't'},
      {.name = "label", .meaning = "Only with this label", .min = 1, .max = kLabelBytesMax, .short_name = 'l'},
      {.name = "priority",
       .meaning = "Only this urgent or more",
       .min = kPriorityMost,
       .max = kPriorityLeast,
       .value_name = "P0..P4",
       .short_name = 'p'},
      {.name = "parent", .meaning = "Only parts of this item", .min = 1, .max = kIdBytesMax, .value_name = "ID"},
  });
  Take claim = Take::no;
  Millis lease_ms = kLeaseDefault;
  std::optional<ItemType> type;
  std::optional<std::string> label;
  std::optional<int> priority;
  std::optional<std::string> parent;
};
BOOST_DESCRIBE_STRUCT(Next, (), (claim, lease_ms, type, label, priority, parent))

// `todo next` without --claim: the same question, which changes nothing.
struct Peek {
  using Reply = NextReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "peek",
                             .access = Access::read,
                             .summary = "Show the best ready item, as `todo next` does without --claim",
                             // A rare label is looked for in all that is ready: 0.5 ms for 1,000 items.
                             .budget = std::chrono::milliseconds(250),
                             .visibility = Visibility::hidden};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "type", .meaning = "Only this kind of work", .short_name = 't'},
      {.name = "label", .meaning = "Only with this label", .min = 1, .max = kLabelBytesMax, .short_name = 'l'},
      {.name = "priority",
       .meaning = "Only this urgent or more",
       .min = kPriorityMost,
       .max = kPriorityLeast,
       .value_name = "P0..P4",
       .short_name = 'p'},
      {.name = "parent", .meaning = "Only parts of this item", .min = 1, .max = kIdBytesMax, .value_name = "ID"},
  });
  std::optional<ItemType> type;
  std::optional<std::string> label;
  std::optional<int> priority;
  std::optional<std::string> parent;
};
BOOST_DESCRIBE_STRUCT(Peek, (), (type, label, priority, parent))

struct RenewReply {
  std::string id;
  std::int64_t token = 0;
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(RenewReply, (), (id, token, expires_at))

struct Renew {
  using Reply = RenewReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "renew",
      .access = Access::write,
      .summary = "Make the lease of your claim last longer, counted from now",
      .examples = {{{"todo renew t-4k2m --lease 1h", "an hour more from now"},
                    {"todo renew t-4k2m --token 7", "from another session than the one that claimed"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "lease_ms", .meaning = "How long from now", .min = kLeaseLeastMs, .max = kLeaseMostMs},
      {.name = "token",
       .meaning = "The token of your claim; needed where the session is not the one that claimed",
       .min = 1},
  });
  std::string id;
  Millis lease_ms = kLeaseDefault;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Renew, (), (id, lease_ms, token))

struct Release {
  using Reply = ItemReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "release",
      .access = Access::write,
      .summary = "Give an item back that you hold",
      .examples = {{{"todo release t-4k2m --token 7", "where no session says that the claim is yours"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "reason",
       .meaning = "Why; kept as a comment",
       .min = 1,
       .max = kReasonBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
      {.name = "token",
       .meaning = "The token of your claim; needed where the session is not the one that claimed",
       .min = 1},
  });
  std::string id;
  std::optional<std::string> reason;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Release, (), (id, reason, token))

struct HandoffReply {
  Brief item;            // holder is the new one
  Timestamp expires_at;  // until then it waits for the new holder
};
BOOST_DESCRIBE_STRUCT(HandoffReply, (), (item, expires_at))

struct Handoff {
  using Reply = HandoffReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "handoff",
      .access = Access::write,
      .summary = "Hand an item that you hold to somebody else, with what they need to know",
      .examples = {Example{"todo handoff t-4k2m --to bob --summary 'Tests pass; the docs are missing'",
                           "Bob's next session that claims it has it"}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "to",
       .meaning = "The actor who shall have it",
       .presence = Presence::required,
       .min = 1,
       .max = kNameBytesMax,
       .content = Content::visible,
       .value_name = "ACTOR"},
      {.name = "summary",
       .meaning = "What the next one needs to know; kept as a comment",
       .presence = Presence::required,
       .min = 1,
       .max = kTextBytesMax,
       .content = Content::visible},
      {.name = "lease_ms",
       .meaning = "How long it waits for the new holder",
       .min = kLeaseLeastMs,
       .max = kLeaseMostMs},
      {.name = "token",
       .meaning = "The token of your claim; needed where the session is not the one that claimed",
       .min = 1},
  });
  std::string id;
  std::string to;
  std::string summary;
  Millis lease_ms = kLeaseDefault;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Handoff, (), (id, to, summary, lease_ms, token))

struct Reclaimed {
  std::string id;
  std::string holder;  // who let it lapse
  Timestamp expired_at;
};
BOOST_DESCRIBE_STRUCT(Reclaimed, (), (id, holder, expired_at))

struct ReclaimReply {
  std::vector<Reclaimed> items;
  Truncated truncated = Truncated::no;  // yes: more leases have ended than `limit`; run it again
};
BOOST_DESCRIBE_STRUCT(ReclaimReply, (), (items, truncated))

struct Reclaim {
  using Reply = ReclaimReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "reclaim",
      .access = Access::write,
      .summary = "Open items whose lease has ended; never touches a claim in force",
      .examples = {{{"todo reclaim --expired", "all that dead agents held"}, {"todo reclaim t-4k2m", "one item"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id", .meaning = "One item", .place = Place::positional, .min = 1, .max = kIdBytesMax},
      {.name = "expired", .meaning = "Every item whose lease has ended"},
      fields::limit(1000),
  });
  std::optional<std::string> id;
  Expired expired = Expired::no;
  std::int64_t limit = 100;
};
BOOST_DESCRIBE_STRUCT(Reclaim, (), (id, expired, limit))

}  // namespace decapod::todo
