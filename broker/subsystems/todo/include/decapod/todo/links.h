#pragma once
// Tying items together: link, unlink.

#include <decapod/base/request.h>
#include <decapod/todo/views.h>

namespace decapod::todo {

enum class Changed : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Changed, no, yes)

struct LinkReply {
  std::string from;
  LinkKind kind = LinkKind::related;
  std::string to;
  Changed changed = Changed::no;              // no: it was like that already
  std::optional<std::int64_t> open_blockers;  // of `to`, for `blocks`
};
BOOST_DESCRIBE_STRUCT(LinkReply, (), (from, kind, to, changed, open_blockers))

struct Link {
  using Reply = LinkReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "link",
      .access = Access::write,
      .summary = "Tie two items together",
      .examples = {Example{"todo link t-4k2m blocks t-9x0c", "t-9x0c has to wait for t-4k2m"},
                   Example{"todo link t-4k2m parent-child t-9x0c", "t-9x0c is a part of t-4k2m"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "from",
       .meaning = "The blocker, the parent, or what was discovered",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      {.name = "kind", .meaning = "How they hang together", .place = Place::positional, .presence = Presence::required},
      {.name = "to",
       .meaning = "The blocked one, the child, or what was worked on",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
  });
  std::string from;
  LinkKind kind = LinkKind::related;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(Link, (), (from, kind, to))

struct Unlink {
  using Reply = LinkReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "unlink",
      .access = Access::write,
      .summary = "Remove a link between two items",
      .examples = {{{"todo unlink t-4k2m blocks t-9x0c", "t-9x0c need not wait for it any more"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "from",
       .meaning = "The blocker, the parent, or what was discovered",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      {.name = "kind", .meaning = "How they hang together", .place = Place::positional, .presence = Presence::required},
      {.name = "to",
       .meaning = "The blocked one, the child, or what was worked on",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
  });
  std::string from;
  LinkKind kind = LinkKind::related;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(Unlink, (), (from, kind, to))

}  // namespace decapod::todo
