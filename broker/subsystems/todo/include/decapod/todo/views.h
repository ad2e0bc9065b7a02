#pragma once
// How items look in replies.

#include <decapod/base/clock.h>
#include <decapod/todo/vocabulary.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace decapod::todo {

// Whether there is more than the reply holds.
enum class Truncated : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Truncated, no, yes)

// One line of a list. What is usual is left out, to keep lists small.
struct Brief {
  std::string id;
  std::string title;
  ItemType type = ItemType::task;
  int priority = kPriorityDefault;
  Status status = Status::open;
  std::optional<std::string> holder;          // of a claim in force
  std::optional<std::int64_t> open_blockers;  // left out when 0
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;  // only while it lies ahead
};
BOOST_DESCRIBE_STRUCT(Brief, (), (id, title, type, priority, status, holder, open_blockers, due, defer_until))

enum class Expired : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Expired, no, yes)

// Who holds an item, or held it until the lease ended.
struct ClaimView {
  std::string holder;
  std::optional<std::string> session;  // left out for a claim that was handed over and not taken up yet
  Timestamp claimed_at;
  Timestamp expires_at;
  Expired expired = Expired::no;
  std::optional<std::int64_t> token;  // shown to the holder only, in whichever session
};
BOOST_DESCRIBE_STRUCT(ClaimView, (), (holder, session, claimed_at, expires_at, expired, token))

// A linked item, seen from the other end of the link.
struct LinkView {
  std::string id;
  std::string title;
  Status status = Status::open;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (id, title, status))

// At most 50 of each; the counts in ItemView tell how many there are.
struct LinksView {
  std::vector<LinkView> parent;  // none or one
  std::vector<LinkView> children;
  std::vector<LinkView> blocked_by;  // those that are still open come first
  std::vector<LinkView> blocks;
  std::vector<LinkView> related;
  std::vector<LinkView> discovered_from;
  std::vector<LinkView> discoveries;  // found while working on this one
};
BOOST_DESCRIBE_STRUCT(LinksView, (), (parent, children, blocked_by, blocks, related, discovered_from, discoveries))

struct CommentView {
  Timestamp at;
  std::string author;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(CommentView, (), (at, author, text))

struct ItemView {
  std::string id;
  std::string title;
  ItemType type = ItemType::task;
  int priority = kPriorityDefault;
  Status status = Status::open;
  std::optional<ClaimView> claim;
  std::int64_t open_blockers = 0;
  std::vector<std::string> labels;
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;
  std::optional<std::string> external_ref;
  Timestamp created_at;
  std::string created_by;
  Timestamp updated_at;
  std::optional<Timestamp> done_at;
  std::optional<std::string> done_by;
  std::optional<std::string> reason;
  std::map<std::string, std::string> origin;  // what an import could not map, under the foreign names
  std::string description;
  LinksView links;
  std::int64_t links_total = 0;
  std::vector<CommentView> comments;  // the latest, oldest of them first
  std::int64_t comments_total = 0;
  std::vector<std::string> shortened;  // names of texts that were cut; `--full` shows them whole
};
BOOST_DESCRIBE_STRUCT(ItemView, (),
                      (id, title, type, priority, status, claim, open_blockers, labels, due, defer_until, external_ref,
                       created_at, created_by, updated_at, done_at, done_by, reason, origin, description, links,
                       links_total, comments, comments_total, shortened))

}  // namespace decapod::todo
