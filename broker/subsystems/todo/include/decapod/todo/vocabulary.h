#pragma once
// The words of the backlog: what an item is, where it stands, how items hang together.

#include <decapod/fields/fields.h>
#include <boost/describe.hpp>
#include <cstdint>

namespace decapod::todo {

// What kind of work it is. A foreign backlog's type that is not here becomes `other`; its own word is kept in `origin`.
enum class ItemType : std::uint8_t {
  task,
  bug,
  feature,
  epic,
  chore,
  question,
  decision,
  event,
  message,
  merge_request,
  gate,
  other,
};
BOOST_DESCRIBE_ENUM(ItemType, task, bug, feature, epic, chore, question, decision, event, message, merge_request, gate,
                    other)

// Where it stands. An item whose lease has ended is shown as open: anybody may claim it.
enum class Status : std::uint8_t { open, claimed, done, archived };
BOOST_DESCRIBE_ENUM(Status, open, claimed, done, archived)

// Read as a sentence: `link A blocks B`, `link EPIC parent-child TASK`, `link FOUND discovered-from ORIGIN`.
enum class LinkKind : std::uint8_t {
  blocks,           // the first must be done before the second can be claimed; never in a circle
  parent_child,     // the first is the parent of the second; one parent at most, never in a circle
  related,          // no direction
  discovered_from,  // the first was found while working on the second
};
BOOST_DESCRIBE_ENUM(LinkKind, blocks, parent_child, related, discovered_from)

inline constexpr int kPriorityMost = 0;
inline constexpr int kPriorityLeast = 4;
inline constexpr int kPriorityDefault = 2;

using fields::kIdBytesMax;
inline constexpr std::int64_t kNameBytesMax = 200;  // actors, and what other systems call an item
inline constexpr std::int64_t kTitleBytesMax = 500;
inline constexpr std::int64_t kTextBytesMax = 64 * 1024;  // descriptions and comments
inline constexpr std::int64_t kReasonBytesMax = 4096;
inline constexpr std::int64_t kLabelBytesMax = 100;
inline constexpr std::int64_t kLabelsMax = 50;
inline constexpr std::int64_t kLinksMax = 100;  // given with one `add`
// Of one imported item.
inline constexpr std::int64_t kRecordLinksMax = 10'000;
inline constexpr std::int64_t kRecordCommentsMax = 10'000;
inline constexpr std::int64_t kOriginMembersMax = 64;

}  // namespace decapod::todo
