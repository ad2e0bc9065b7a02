#pragma once
// Looking: show, list, ready, search, history, stats.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/todo/views.h>

namespace decapod::todo {

enum class Full : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Full, no, yes)
enum class All : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(All, no, yes)

// Whether a total was counted to its end. A count stops at 10,000, because nobody waits for more, and a filtered one
// after as many items as a page may look at.
enum class Counted : std::uint8_t { exactly, at_least };
BOOST_DESCRIBE_ENUM(Counted, exactly, at_least)

struct ShowReply {
  ItemView item;
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (item))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "show",
                             .access = Access::read,
                             .summary = "Show one item with its links and latest comments",
                             .examples = {{{"todo show t-4k2m", "a beginning of the id that is unique will do"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "comments", .meaning = "How many of the latest comments", .min = 0, .max = 1000},
      {.name = "full", .meaning = "Do not shorten long texts"},
  });
  std::string id;
  std::int64_t comments = 10;
  Full full = Full::no;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id, comments, full))

// One page of items. A filter that lets little through makes it shorter than asked, even empty; then next_cursor goes
// on.
struct ListReply {
  std::vector<Brief> items;
  std::int64_t total = 0;  // that match, on all pages
  Counted counted = Counted::exactly;
  Truncated truncated = Truncated::no;
  std::optional<std::string> next_cursor;  // pass it as --cursor, with the same filters
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (items, total, counted, truncated, next_cursor))

enum class Sort : std::uint8_t {
  urgency,  // open before done; then priority, due, age
  created,  // newest first
  updated,  // latest change first
};
BOOST_DESCRIBE_ENUM(Sort, urgency, created, updated)

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "list",
      .access = Access::read,
      .summary = "List items, by default those that are not done",
      .sharing = Sharing::shared,
      .examples = {Example{"todo list --status claimed", "Who works on what"},
                   Example{"todo list --label docs --sort updated --limit 5", "The latest in documentation"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "status", .meaning = "Only in this state; repeat for more", .short_name = 's'},
      {.name = "all", .meaning = "In every state"},
      {.name = "type", .meaning = "Only this kind of work", .short_name = 't'},
      {.name = "label", .meaning = "Only with this label", .min = 1, .max = kLabelBytesMax, .short_name = 'l'},
      {.name = "priority",
       .meaning = "Only this urgent or more",
       .min = kPriorityMost,
       .max = kPriorityLeast,
       .value_name = "P0..P4",
       .short_name = 'p'},
      {.name = "parent", .meaning = "Only parts of this item", .min = 1, .max = kIdBytesMax, .value_name = "ID"},
      {.name = "holder",
       .meaning = "Only what this actor holds",
       .min = 1,
       .max = kNameBytesMax,
       .value_name = "ACTOR"},
      {.name = "text", .meaning = "Only with this in the title, in any case", .min = 1, .max = 200},
      {.name = "sort", .meaning = "In which order"},
      fields::limit(1000),
      fields::cursor(),
  });
  std::vector<Status> status;
  All all = All::no;
  std::optional<ItemType> type;
  std::optional<std::string> label;
  std::optional<int> priority;
  std::optional<std::string> parent;
  std::optional<std::string> holder;
  std::optional<std::string> text;
  Sort sort = Sort::urgency;
  std::int64_t limit = 20;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (status, all, type, label, priority, parent, holder, text, sort, limit, cursor))

// Where there is no cursor: what may be asked for at once.
inline constexpr std::int64_t kFoundMost = 200;

struct ReadyReply {
  std::vector<Brief> items;  // best first
  Truncated truncated = Truncated::no;
};
BOOST_DESCRIBE_STRUCT(ReadyReply, (), (items, truncated))

struct Ready {
  using Reply = ReadyReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "ready",
                             .access = Access::read,
                             .summary = "List what can be claimed now, best first",
                             .sharing = Sharing::shared,
                             .examples = {{{"todo ready --type bug --limit 3",
                                            "the three most urgent bugs that nobody holds and nothing blocks"},
                                           {"todo ready --porcelain", "ids alone, for a script"}}}};
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
      fields::limit(kFoundMost),
  });
  std::optional<ItemType> type;
  std::optional<std::string> label;
  std::optional<int> priority;
  std::optional<std::string> parent;
  std::int64_t limit = 10;
};
BOOST_DESCRIBE_STRUCT(Ready, (), (type, label, priority, parent, limit))

struct SearchReply {
  std::vector<Brief> items;  // best match first
  Truncated truncated = Truncated::no;
};
BOOST_DESCRIBE_STRUCT(SearchReply, (), (items, truncated))

struct Search {
  using Reply = SearchReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "search",
                             .access = Access::read,
                             .summary = "Find items by words in title, description, labels or a comment",
                             // SQLite merges every list of matches of a beginning of a word: 0.1 ms for 1,000 items.
                             .budget = std::chrono::milliseconds(250),
                             .sharing = Sharing::shared,
                             .examples = {Example{"todo search 'parser last line'",
                                                  "Every word has to occur; the last one may be a beginning"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "words",
       .meaning = "What to look for; the last word may be a beginning",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 500},
      {.name = "all", .meaning = "Archived items, too"},
      fields::limit(kFoundMost),
  });
  std::string words;
  All all = All::no;
  std::int64_t limit = 10;
};
BOOST_DESCRIBE_STRUCT(Search, (), (words, all, limit))

// One change of an item, from the audit trail.
struct HistoryEntry {
  std::int64_t sequence = 0;  // in the trail of mutations
  Timestamp ts;
  std::string actor;
  std::string session;
  std::string operation;  // "todo.claim"
  std::string marker;     // "3.17"
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (sequence, ts, actor, session, operation, marker, request_id))

struct HistoryReply {
  std::string id;
  std::vector<HistoryEntry> entries;  // the latest first
  Truncated truncated = Truncated::no;
  std::optional<std::int64_t> next_before;  // pass it as --before
};
BOOST_DESCRIBE_STRUCT(HistoryReply, (), (id, entries, truncated, next_before))

struct History {
  using Reply = HistoryReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "history",
      .access = Access::read,
      .summary = "Who did what to an item, the latest first",
      .examples = {{{"todo history t-4k2m --limit 5", "its last five changes, with who made them"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      fields::limit(500),
      {.name = "before", .meaning = "Only what came before this sequence number", .min = 1},
  });
  std::string id;
  std::int64_t limit = 20;
  std::optional<std::int64_t> before;
};
BOOST_DESCRIBE_STRUCT(History, (), (id, limit, before))

// All of it is exact unless there are more than 5,000 claims, or than 100,000 deferrals that the clock has ended, or
// has begun again as it was set back, and that were not moved yet. Then `counted` is at_least: `expired` and the open
// ones are that many or more, the claimed ones that many or fewer; `ready`, `blocked` and `deferred` are as far off as
// what was not looked at, and `by_holder` knows 5,000 claims.
struct StatsReply {
  std::int64_t total = 0;
  std::int64_t ready = 0;                           // can be claimed now
  std::int64_t blocked = 0;                         // open, with an open blocker
  std::int64_t deferred = 0;                        // open, kept back until later
  std::int64_t expired = 0;                         // claimed, and the lease has ended
  std::map<std::string, std::int64_t> by_status;    // as it is shown: an expired claim counts as open
  std::map<std::string, std::int64_t> by_type;      // of what is not done
  std::map<std::string, std::int64_t> by_priority;  // of what is not done
  std::map<std::string, std::int64_t> by_holder;    // claims in force; the 20 who hold most
  Counted counted = Counted::exactly;
};
BOOST_DESCRIBE_STRUCT(StatsReply, (),
                      (total, ready, blocked, deferred, expired, by_status, by_type, by_priority, by_holder, counted))

struct Stats {
  using Reply = StatsReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "stats",
                             .access = Access::read,
                             .summary = "Count items by state, type, priority and holder",
                             // 0.1 ms, until thousands of leases have ended: then up to 20 ms, more on a slow machine.
                             .budget = std::chrono::milliseconds(100),
                             .sharing = Sharing::shared,
                             .examples = {{{"todo stats", "how much there is, and how much of it can be claimed"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Stats, (), ())

}  // namespace decapod::todo
