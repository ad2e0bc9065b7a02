#pragma once
// Making entries and what becomes of them: add, supersede, expire. What an entry says never
// changes.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/knowledge/views.h>

namespace decapod::knowledge {

struct EntryReply {
  Brief entry;
};
BOOST_DESCRIBE_STRUCT(EntryReply, (), (entry))

struct Add {
  using Reply = EntryReply;
  static constexpr Verb verb{
      .subsystem = "knowledge",
      .name = "add",
      .access = Access::write,
      .summary = "Add what is known, and what it rests on",
      .examples = {Example{"knowledge add 'Locks stay' -b - -p file:lock.c#L10-L24",
                           "The lines are kept with their digest; the text comes from standard input"},
                   Example{"knowledge add 'CI needs 4 GB' -b 'it swaps' -p 'command:free -g'",
                           "commit:HASH, url:URL and event:MARKER are the other kinds"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "title",
       .meaning = "What is known, in one line",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kTitleBytesMax,
       .content = Content::visible},
      {.name = "body",
       .meaning = "The whole of it",
       .presence = Presence::required,
       .min = 1,
       .max = kBodyBytesMax,
       .content = Content::visible,
       .short_name = 'b'},
      {.name = "provenance",
       .meaning = "What it rests on: file:PATH[#L1[-L9]], commit:, url:, command: or event:; repeat for more",
       .presence = Presence::required,
       .min = 1,
       .max = kSourceBytesMax,
       .max_items = kSourcesMax,
       .value_name = "SOURCE",
       .short_name = 'p'},
      {.name = "kind", .meaning = "What kind of knowledge it is", .short_name = 'k'},
      {.name = "grade", .meaning = "How far it binds: what is new is noted, and only a promotion makes it procedural"},
      {.name = "digests",
       .meaning = "SHA-256 (hex) of the lines of each file in provenance, in their order",
       .place = Place::content,
       .min = 64,
       .max = 64,
       .max_items = kSourcesMax},
  });
  std::string title;
  std::string body;
  std::vector<std::string> provenance;
  EntryKind kind = EntryKind::fact;
  Grade grade = Grade::noted;
  std::vector<std::string> digests;
};
BOOST_DESCRIBE_STRUCT(Add, (), (title, body, provenance, kind, grade, digests))

struct SupersedeReply {
  Brief entry;
  Brief by;
};
BOOST_DESCRIBE_STRUCT(SupersedeReply, (), (entry, by))

struct Supersede {
  using Reply = SupersedeReply;
  static constexpr Verb verb{.subsystem = "knowledge",
                             .name = "supersede",
                             .access = Access::write,
                             .summary = "Put a newer entry in the place of an older one",
                             .examples = {{{"knowledge supersede k-4k2m --by k-9f3a", "lists show k-9f3a only"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The older entry">(),
      {.name = "by",
       .meaning = "The newer entry",
       .presence = Presence::required,
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      {.name = "reason", .meaning = "Why", .max = kReasonBytesMax, .short_name = 'r'},
  });
  std::string id;
  std::string by;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Supersede, (), (id, by, reason))

struct Expire {
  using Reply = EntryReply;
  static constexpr Verb verb{
      .subsystem = "knowledge",
      .name = "expire",
      .access = Access::write,
      .summary = "Say that an entry holds no longer, or until when it does",
      .examples = {{{"knowledge expire k-4k2m --reason 'the workaround goes with 2.0' --at 2027-01-01",
                     "it expires then by itself"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The entry">(),
      {.name = "reason",
       .meaning = "Why",
       .presence = Presence::required,
       .min = 1,
       .max = kReasonBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
      {.name = "at", .meaning = "When it expires; now, if left out"},
  });
  std::string id;
  std::string reason;
  std::optional<Timestamp> at;
};
BOOST_DESCRIBE_STRUCT(Expire, (), (id, reason, at))

}  // namespace decapod::knowledge
