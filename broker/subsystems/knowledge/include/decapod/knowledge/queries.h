#pragma once
// Looking: show, list, search, verify.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/knowledge/views.h>

namespace decapod::knowledge {

enum class Full : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Full, no, yes)
enum class All : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(All, no, yes)

struct ShowReply {
  EntryView entry;
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (entry))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{
      .subsystem = "knowledge",
      .name = "show",
      .access = Access::read,
      .summary = "Show one entry with what it rests on and what became of it",
      .sharing = Sharing::shared,
      .examples = {{{"knowledge show k-4k2m", "its body, its sources, and what superseded it"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The entry">(),
      {.name = "full", .meaning = "Do not shorten a long text"},
  });
  std::string id;
  Full full = Full::no;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id, full))

// One page. A filter that lets little through makes it shorter than asked, even empty; then next_cursor goes on.
struct ListReply {
  std::vector<Brief> entries;  // newest first
  Truncated truncated = Truncated::no;
  std::optional<std::string> next_cursor;  // pass it as --cursor, with the same filters
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (entries, truncated, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{
      .subsystem = "knowledge",
      .name = "list",
      .access = Access::read,
      .summary = "List entries, newest first, by default those that are live",
      .sharing = Sharing::shared,
      .examples = {Example{"knowledge list --grade procedural", "What is to be followed"},
                   Example{"knowledge list --path cli/app.cpp --all", "What was ever said about a file"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "state", .meaning = "Only in this state"},
      {.name = "all", .meaning = "In every state"},
      {.name = "kind", .meaning = "Only this kind of knowledge", .short_name = 'k'},
      {.name = "grade", .meaning = "Only of this grade"},
      {.name = "path",
       .meaning = "Only what rests on this file of the repository",
       .min = 1,
       .max = kSourceBytesMax,
       .value_name = "FILE"},
      {.name = "author",
       .meaning = "Only what this actor added",
       .min = 1,
       .max = kNameBytesMax,
       .value_name = "ACTOR"},
      fields::limit(1000),
      fields::cursor(),
  });
  std::optional<State> state;
  All all = All::no;
  std::optional<EntryKind> kind;
  std::optional<Grade> grade;
  std::optional<std::string> path;
  std::optional<std::string> author;
  std::int64_t limit = 20;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (state, all, kind, grade, path, author, limit, cursor))

struct Match {
  std::string id;
  std::string title;
  EntryKind kind = EntryKind::fact;
  Grade grade = Grade::noted;
  State state = State::live;
  std::string excerpt;  // of the body, around the first words that match; at most 300 bytes
};
BOOST_DESCRIBE_STRUCT(Match, (), (id, title, kind, grade, state, excerpt))

struct SearchReply {
  std::vector<Match> entries;  // best match first
  Truncated truncated = Truncated::no;
};
BOOST_DESCRIBE_STRUCT(SearchReply, (), (entries, truncated))

inline constexpr std::int64_t kFoundMost = 50;

struct Search {
  using Reply = SearchReply;
  static constexpr Verb verb{.subsystem = "knowledge",
                             .name = "search",
                             .access = Access::read,
                             .summary = "Find live entries by words in title, body or provenance, best first",
                             // As that of the backlog: lists of matches, then an excerpt of each text that is shown.
                             .budget = std::chrono::milliseconds(250),
                             .sharing = Sharing::shared,
                             .examples = {Example{"knowledge search 'lock unlink'",
                                                  "Every word has to occur; the last one may be a beginning"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "words",
       .meaning = "What to look for; the last word may be a beginning",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 500},
      {.name = "all", .meaning = "Superseded and expired entries, too"},
      {.name = "kind", .meaning = "Only this kind of knowledge", .short_name = 'k'},
      fields::limit(kFoundMost),
  });
  std::string words;
  All all = All::no;
  std::optional<EntryKind> kind;
  std::int64_t limit = 10;
};
BOOST_DESCRIBE_STRUCT(Search, (), (words, all, kind, limit))

// How a file of the worktree compares with what an entry rests on.
enum class Drift : std::uint8_t {
  unchecked,   // nobody looked: the broker does not read files, the command does
  none,        // the lines are what they were
  changed,     // they are others
  shorter,     // the file ends before them
  missing,     // there is no such file
  unreadable,  // or it lies outside of the repository now, or is too large
};
BOOST_DESCRIBE_ENUM(Drift, unchecked, none, changed, shorter, missing, unreadable)

struct CheckedFile {
  std::string id;  // of the entry
  std::string path;
  std::optional<std::int64_t> first_line;
  std::optional<std::int64_t> last_line;
  std::string sha256;
  Drift drift = Drift::unchecked;
};
BOOST_DESCRIBE_STRUCT(CheckedFile, (), (id, path, first_line, last_line, sha256, drift))

struct VerifyReply {
  std::vector<CheckedFile> files;  // those of the newest entry first
  std::int64_t drifted = 0;        // of these: changed, shorter, missing, unreadable
  Truncated truncated = Truncated::no;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(VerifyReply, (), (files, drifted, truncated, next_cursor))

struct Verify {
  using Reply = VerifyReply;
  static constexpr Verb verb{
      .subsystem = "knowledge",
      .name = "verify",
      .access = Access::read,
      .summary = "Say which files are no longer what live entries rest on; drift is an answer, with exit status 0",
      .sharing = Sharing::shared,
      .examples = {{{"knowledge verify", "every file behind a live entry"},
                    {"knowledge verify k-4k2m", "those of one entry, live or not"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id",
       .meaning = "Only the files of this entry",
       .place = Place::positional,
       .min = 1,
       .max = kIdBytesMax},
      fields::limit(1000, "At most this many files"),
      fields::cursor(),
  });
  std::optional<std::string> id;
  std::int64_t limit = 200;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(Verify, (), (id, limit, cursor))

}  // namespace decapod::knowledge
