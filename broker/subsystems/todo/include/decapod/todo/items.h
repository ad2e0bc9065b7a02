#pragma once
// Making items and moving them: add, edit, comment, done, reopen, archive.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/todo/views.h>

namespace decapod::todo {

struct ItemReply {
  Brief item;
};
BOOST_DESCRIBE_STRUCT(ItemReply, (), (item))

struct Add {
  using Reply = ItemReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "add",
      .access = Access::write,
      .summary = "Add an item to the backlog",
      .examples = {
          Example{"todo add 'Parser drops the last line' --type bug --priority 1", "A bug to be done soon"},
          Example{"todo add 'Write the release notes' --blocked-by t-4k2m --label docs", "Work that has to wait"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "title",
       .meaning = "What is to be done, in one line",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kTitleBytesMax,
       .content = Content::visible},
      {.name = "description", .meaning = "The whole story", .max = kTextBytesMax, .short_name = 'd'},
      {.name = "type", .meaning = "What kind of work it is", .short_name = 't'},
      {.name = "priority",
       .meaning = "0 (most urgent) to 4",
       .min = kPriorityMost,
       .max = kPriorityLeast,
       .value_name = "P0..P4",
       .short_name = 'p'},
      {.name = "label",
       .meaning = "A label; repeat for more",
       .min = 1,
       .max = kLabelBytesMax,
       .content = Content::visible,
       .max_items = kLabelsMax,
       .short_name = 'l'},
      {.name = "parent",
       .meaning = "The item that this one is a part of",
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      {.name = "blocked_by",
       .meaning = "An item that must be done first; repeat for more",
       .min = 1,
       .max = kIdBytesMax,
       .max_items = kLinksMax,
       .value_name = "ID"},
      {.name = "blocks",
       .meaning = "An item that has to wait for this one; repeat for more",
       .min = 1,
       .max = kIdBytesMax,
       .max_items = kLinksMax,
       .value_name = "ID"},
      {.name = "related",
       .meaning = "A related item; repeat for more",
       .min = 1,
       .max = kIdBytesMax,
       .max_items = kLinksMax,
       .value_name = "ID"},
      {.name = "discovered_from",
       .meaning = "The item that was worked on when this one was found",
       .min = 1,
       .max = kIdBytesMax,
       .max_items = kLinksMax,
       .value_name = "ID"},
      {.name = "due", .meaning = "When it should be done"},
      {.name = "defer_until", .meaning = "Keep it out of the ready list until then"},
      {.name = "external_ref",
       .meaning = "What another system calls it, such as gh-17",
       .min = 1,
       .max = kNameBytesMax,
       .content = Content::visible},
  });
  std::string title;
  std::string description;
  ItemType type = ItemType::task;
  int priority = kPriorityDefault;
  std::vector<std::string> label;
  std::optional<std::string> parent;
  std::vector<std::string> blocked_by;
  std::vector<std::string> blocks;
  std::vector<std::string> related;
  std::vector<std::string> discovered_from;
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;
  std::optional<std::string> external_ref;
};
BOOST_DESCRIBE_STRUCT(Add, (),
                      (title, description, type, priority, label, parent, blocked_by, blocks, related, discovered_from,
                       due, defer_until, external_ref))

// A field of `edit` that an item may be without.
enum class Clearable : std::uint8_t { parent, due, defer_until, external_ref, description };
BOOST_DESCRIBE_ENUM(Clearable, parent, due, defer_until, external_ref, description)

struct EditReply {
  Brief item;
  std::vector<std::string> changed;  // names of the fields that have another value now
};
BOOST_DESCRIBE_STRUCT(EditReply, (), (item, changed))

struct Edit {
  using Reply = EditReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "edit",
                             .access = Access::write,
                             .summary = "Change what an item says",
                             .examples = {Example{"todo edit t-4k2m --priority 0 --add-label urgent", "Make it urgent"},
                                          Example{"todo edit t-4k2m --clear due", "Forget when it was due"}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "title",
       .meaning = "What is to be done, in one line",
       .min = 1,
       .max = kTitleBytesMax,
       .content = Content::visible},
      {.name = "description", .meaning = "The whole story", .max = kTextBytesMax, .short_name = 'd'},
      {.name = "type", .meaning = "What kind of work it is", .short_name = 't'},
      {.name = "priority",
       .meaning = "0 (most urgent) to 4",
       .min = kPriorityMost,
       .max = kPriorityLeast,
       .value_name = "P0..P4",
       .short_name = 'p'},
      {.name = "add_label",
       .meaning = "A label to add; repeat for more",
       .min = 1,
       .max = kLabelBytesMax,
       .content = Content::visible,
       .max_items = kLabelsMax},
      {.name = "remove_label",
       .meaning = "A label to remove; repeat for more",
       .min = 1,
       .max = kLabelBytesMax,
       .max_items = kLabelsMax},
      {.name = "parent",
       .meaning = "The item that this one is a part of",
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      {.name = "due", .meaning = "When it should be done"},
      {.name = "defer_until", .meaning = "Keep it out of the ready list until then"},
      {.name = "external_ref",
       .meaning = "What another system calls it",
       .min = 1,
       .max = kNameBytesMax,
       .content = Content::visible},
      {.name = "clear", .meaning = "A field to leave without a value; repeat for more"},
      {.name = "token", .meaning = "The token of your claim: refuse if the item has moved on", .min = 1},
  });
  std::string id;
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<ItemType> type;
  std::optional<int> priority;
  std::vector<std::string> add_label;
  std::vector<std::string> remove_label;
  std::optional<std::string> parent;
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;
  std::optional<std::string> external_ref;
  std::vector<Clearable> clear;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Edit, (),
                      (id, title, description, type, priority, add_label, remove_label, parent, due, defer_until,
                       external_ref, clear, token))

struct CommentReply {
  std::string id;
  std::int64_t comments_total = 0;
};
BOOST_DESCRIBE_STRUCT(CommentReply, (), (id, comments_total))

struct Comment {
  using Reply = CommentReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "comment",
                             .access = Access::write,
                             .summary = "Say something about an item",
                             .examples = {Example{"todo comment t-4k2m 'Reproduced on main'", "Leave a note"}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "text",
       .meaning = "What there is to say",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = kTextBytesMax,
       .content = Content::visible},
      {.name = "token", .meaning = "The token of your claim: refuse if the item has moved on", .min = 1},
  });
  std::string id;
  std::string text;
  std::optional<std::int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Comment, (), (id, text, token))

struct DoneReply {
  Brief item;
  std::vector<std::string> unblocked;  // items that waited for this one only; at most 50
  std::int64_t unblocked_total = 0;
};
BOOST_DESCRIBE_STRUCT(DoneReply, (), (item, unblocked, unblocked_total))

struct Done {
  using Reply = DoneReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "done",
                             .access = Access::write,
                             .summary = "Finish an item that you hold",
                             .examples = {Example{"todo done t-4k2m --reason 'fixed in 3f2a1c'", "Say how it ended"}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "reason",
       .meaning = "How it ended",
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
BOOST_DESCRIBE_STRUCT(Done, (), (id, reason, token))

struct Reopen {
  using Reply = ItemReply;
  static constexpr Verb verb{.subsystem = "todo",
                             .name = "reopen",
                             .access = Access::write,
                             .summary = "Open an item again that is done or archived",
                             .examples = {{{"todo reopen t-4k2m", "it can be claimed again"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
      {.name = "reason",
       .meaning = "Why; kept as a comment",
       .min = 1,
       .max = kReasonBytesMax,
       .content = Content::visible,
       .short_name = 'r'},
  });
  std::string id;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Reopen, (), (id, reason))

struct Archive {
  using Reply = ItemReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "archive",
      .access = Access::write,
      .summary = "Put a finished item away: lists and searches leave it out",
      .examples = {{{"todo archive t-4k2m", "out of the way; `todo show` and `todo history` still have it"}}}};
  static constexpr auto fields = std::to_array<Field>({
      fields::id<"The item">(),
  });
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Archive, (), (id))

}  // namespace decapod::todo
