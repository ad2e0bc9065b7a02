#pragma once
// Looking: show, list, summary, autonomy.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/health/views.h>

#include <map>

namespace decapod::health {

enum class All : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(All, no, yes)

struct ShowReply {
  ClaimView claim;
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (claim))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{
      .subsystem = "health",
      .name = "show",
      .access = Access::read,
      .summary = "Show one claim with its latest proofs",
      .sharing = Sharing::shared,
      .examples = {{{"health show h-4k2m --proofs 3", "the claim and its three latest proofs"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The claim">(),
      {.name = "proofs", .meaning = "How many of the latest proofs", .min = 0, .max = 200},
  });
  std::string id;
  std::int64_t proofs = 10;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id, proofs))

// One page. A filter that lets little through makes it shorter than asked, even empty; then next_cursor goes on.
struct ListReply {
  std::vector<Brief> claims;  // newest first
  Truncated truncated = Truncated::no;
  std::optional<std::string> next_cursor;  // pass it as --cursor, with the same filters
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (claims, truncated, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{.subsystem = "health",
                             .name = "list",
                             .access = Access::read,
                             .summary = "List claims, newest first, without those that were retracted",
                             .sharing = Sharing::shared,
                             .examples = {{{"health list --state contradicted", "what is known not to hold"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "state", .meaning = "Only in this state"},
      {.name = "all", .meaning = "Retracted ones, too"},
      {.name = "subject", .meaning = "Only about this", .min = 1, .max = kNameBytesMax},
      {.name = "by", .meaning = "Only what this actor claimed", .min = 1, .max = kNameBytesMax, .value_name = "ACTOR"},
      fields::limit(500),
      fields::cursor(),
  });
  std::optional<State> state;
  All all = All::no;
  std::optional<std::string> subject;
  std::optional<std::string> by;
  std::int64_t limit = 20;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (state, all, subject, by, limit, cursor))

struct SummaryReply {
  std::int64_t claims = 0;                       // not retracted
  std::map<std::string, std::int64_t> by_state;  // of these
  std::int64_t retracted = 0;
  std::vector<Standing> actors;  // the 50 who made a claim last
  Truncated truncated = Truncated::no;
};
BOOST_DESCRIBE_STRUCT(SummaryReply, (), (claims, by_state, retracted, actors, truncated))

struct Summary {
  using Reply = SummaryReply;
  static constexpr Verb verb{.subsystem = "health",
                             .name = "summary",
                             .access = Access::read,
                             .summary = "Count claims by state, and say how far each actor has come",
                             .weight = Weight::heavy,
                             .examples = {{{"health summary", "what holds, what is stale, and who may be relied on"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Summary, (), ())

struct AutonomyReply {
  Standing standing;
};
BOOST_DESCRIBE_STRUCT(AutonomyReply, (), (standing))

struct AutonomyOf {
  using Reply = AutonomyReply;
  static constexpr Verb verb{
      .subsystem = "health",
      .name = "autonomy",
      .access = Access::read,
      .summary = "Say what an actor's own record makes of it",
      // It looks at every claim that the actor has, with its latest proofs.
      .budget = std::chrono::milliseconds(250),
      .examples = {{{"health autonomy", "your own standing"}, {"health autonomy alice", "somebody else's"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "of",
       .meaning = "Whom; who asks, if left out",
       .place = Place::positional,
       .min = 1,
       .max = kNameBytesMax,
       .value_name = "ACTOR"},
  });
  std::optional<std::string> of;
};
BOOST_DESCRIBE_STRUCT(AutonomyOf, (), (of))

}  // namespace decapod::health
