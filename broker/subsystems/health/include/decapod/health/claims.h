#pragma once
// Making claims and proving them: claim, prove, retract.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/health/views.h>

namespace decapod::health {

struct ClaimReply {
  Brief claim;
};
BOOST_DESCRIBE_STRUCT(ClaimReply, (), (claim))

struct Claim {
  using Reply = ClaimReply;
  static constexpr Verb verb{.subsystem = "health",
                             .name = "claim",
                             .access = Access::write,
                             .summary = "Claim that something holds, to be proved",
                             .examples = {{{"health claim main 'tests pass' --surface ctest --fresh-for 6h",
                                            "stale six hours after the latest proof"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "subject",
       .meaning = "What the claim is about, such as main",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kNameBytesMax,
       .content = Content::visible},
      {.name = "statement",
       .meaning = "What holds, in one line",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kStatementBytesMax,
       .content = Content::visible},
      {.name = "surface",
       .meaning = "Where it is proved, such as ctest or ci",
       .presence = Presence::required,
       .min = 1,
       .max = kSurfaceBytesMax,
       .content = Content::visible,
       .short_name = 's'},
      {.name = "fresh_for_ms", .meaning = "How long a proof holds at most", .min = kFreshLeastMs, .max = kFreshMostMs},
  });
  std::string subject;
  std::string statement;
  std::string surface;
  Millis fresh_for_ms = kFreshDefault;
};
BOOST_DESCRIBE_STRUCT(Claim, (), (subject, statement, surface, fresh_for_ms))

struct ProveReply {
  Brief claim;
  std::int64_t proof = 0;  // its number
};
BOOST_DESCRIBE_STRUCT(ProveReply, (), (claim, proof))

struct Prove {
  using Reply = ProveReply;
  static constexpr Verb verb{
      .subsystem = "health",
      .name = "prove",
      .access = Access::write,
      .summary = "Record that a claim was put to the proof, and what came of it",
      .examples = {
          {{"health prove h-4k2m --result pass --command 'ctest' --exit-code 0", "on the claim's own surface"},
           {"health prove h-4k2m --result fail --surface ci --commit 3f2a1c9", "contradicts it until ci passes"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The claim">(),
      {.name = "result", .meaning = "What came of it", .presence = Presence::required, .short_name = 'r'},
      {.name = "surface",
       .meaning = "Where it was proved; the claim's own surface, if left out",
       .min = 1,
       .max = kSurfaceBytesMax,
       .content = Content::visible,
       .short_name = 's'},
      {.name = "command",
       .meaning = "What was run; a proof names this, --commit or both",
       .min = 1,
       .max = kCommandBytesMax,
       .content = Content::visible,
       .short_name = 'c'},
      {.name = "exit_code", .meaning = "How it ended; 0 is a pass", .max = 255},
      {.name = "output_sha256", .meaning = "SHA-256 (hex) of what it printed", .min = 64, .max = 64},
      {.name = "commit", .meaning = "The commit that it was run on; needed without --command", .min = 7, .max = 64},
      {.name = "fresh_for_ms",
       .meaning = "How long it holds, where that is shorter than the claim says",
       .min = kFreshLeastMs,
       .max = kFreshMostMs},
  });
  std::string id;
  Outcome result = Outcome::pass;
  std::optional<std::string> surface;
  std::optional<std::string> command;
  std::optional<std::int64_t> exit_code;
  std::optional<std::string> output_sha256;
  std::optional<std::string> commit;
  std::optional<Millis> fresh_for_ms;
};
BOOST_DESCRIBE_STRUCT(Prove, (), (id, result, surface, command, exit_code, output_sha256, commit, fresh_for_ms))

struct Retract {
  using Reply = ClaimReply;
  static constexpr Verb verb{.subsystem = "health",
                             .name = "retract",
                             .access = Access::write,
                             .summary = "Take a claim of your own back",
                             .examples = {{{"health retract h-4k2m --reason 'measured on another branch'",
                                            "nobody relies on it any more; what was proved stays on record"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The claim">(),
      {.name = "reason",
       .meaning = "Why",
       .presence = Presence::required,
       .min = 1,
       .max = kReasonBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
  });
  std::string id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Retract, (), (id, reason))

}  // namespace decapod::health
