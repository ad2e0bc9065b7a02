#pragma once
// The backlog as JSON Lines: export, import.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/todo/views.h>

namespace decapod::todo {

inline constexpr std::int64_t kImportItemsMax = 20'000;
inline constexpr std::size_t kImportBytesMax = 64U << 20;
inline constexpr std::int64_t kExportItemsMax = 100'000;

// A link, listed with the item that depends: `other` blocks it, is its parent, or is what it was discovered from. A
// `related` link is listed with the item whose id is the greater.
struct LinkRecord {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "kind", .meaning = "How the two hang together"},
      {.name = "other", .meaning = "The other item's id", .min = 1, .max = kIdBytesMax},
      {.name = "created_at", .meaning = "Always there in an export; in an import, when the item was made otherwise"},
      {.name = "created_by", .meaning = "Who made the link", .min = 1, .max = kNameBytesMax},
  });
  LinkKind kind = LinkKind::related;
  std::string other;
  std::optional<Timestamp> created_at;
  std::string created_by;
  friend bool operator==(LinkRecord const&, LinkRecord const&) = default;
};
BOOST_DESCRIBE_STRUCT(LinkRecord, (), (kind, other, created_at, created_by))

struct CommentRecord {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "at", .meaning = "Always there in an export; in an import, when the item was changed otherwise"},
      {.name = "author", .meaning = "Who said it", .min = 1, .max = kNameBytesMax},
      {.name = "text", .meaning = "What was said", .min = 1, .max = kTextBytesMax, .content = Content::visible},
  });
  std::optional<Timestamp> at;
  std::string author;
  std::string text;
  friend bool operator==(CommentRecord const&, CommentRecord const&) = default;
};
BOOST_DESCRIBE_STRUCT(CommentRecord, (), (at, author, text))

// One line of an export. Claims are left out: a claimed item is exported as open. Labels and links are sorted.
struct ItemRecord {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id", .meaning = "Letters, digits or . _ : -, a letter or digit first", .min = 1, .max = kIdBytesMax},
      {.name = "title",
       .meaning = "What is to be done, in one line",
       .min = 1,
       .max = kTitleBytesMax,
       .content = Content::visible},
      {.name = "type", .meaning = "What kind of work it is"},
      {.name = "priority", .meaning = "0 (most urgent) to 4", .min = kPriorityMost, .max = kPriorityLeast},
      {.name = "status", .meaning = "Where it stands; a claim is not taken over"},
      {.name = "labels",
       .meaning = "Its labels",
       .min = 1,
       .max = kLabelBytesMax,
       .content = Content::visible,
       .max_items = kLabelsMax},
      {.name = "due", .meaning = "When it should be done"},
      {.name = "defer_until", .meaning = "Not ready until then"},
      {.name = "external_ref",
       .meaning = "What another system calls it",
       .min = 1,
       .max = kNameBytesMax,
       .content = Content::visible},
      {.name = "created_at", .meaning = "Always there in an export; in an import, the time of the import otherwise"},
      {.name = "created_by", .meaning = "Who made it", .min = 1, .max = kNameBytesMax},
      {.name = "updated_at", .meaning = "Always there in an export; in an import, created_at otherwise"},
      {.name = "done_at", .meaning = "When it ended"},
      {.name = "done_by", .meaning = "Who ended it", .min = 1, .max = kNameBytesMax},
      {.name = "reason", .meaning = "How it ended", .min = 1, .max = kReasonBytesMax, .content = Content::visible},
      {.name = "origin",
       .meaning = "What an import could not map, under the foreign names",
       .max = kReasonBytesMax,
       .max_items = kOriginMembersMax},
      {.name = "description", .meaning = "The whole story", .max = kTextBytesMax},
      {.name = "links", .meaning = "Sorted by kind and other", .max_items = kRecordLinksMax},
      {.name = "comments", .meaning = "The oldest first", .max_items = kRecordCommentsMax},
  });
  std::string id;
  std::string title;
  ItemType type = ItemType::task;
  int priority = kPriorityDefault;
  Status status = Status::open;
  std::vector<std::string> labels;
  std::optional<Timestamp> due;
  std::optional<Timestamp> defer_until;
  std::optional<std::string> external_ref;
  std::optional<Timestamp> created_at;
  std::string created_by;
  std::optional<Timestamp> updated_at;
  std::optional<Timestamp> done_at;
  std::optional<std::string> done_by;
  std::optional<std::string> reason;
  std::map<std::string, std::string> origin;
  std::string description;
  std::vector<LinkRecord> links;
  std::vector<CommentRecord> comments;
  friend bool operator==(ItemRecord const&, ItemRecord const&) = default;
};
BOOST_DESCRIBE_STRUCT(ItemRecord, (),
                      (id, title, type, priority, status, labels, due, defer_until, external_ref, created_at,
                       created_by, updated_at, done_at, done_by, reason, origin, description, links, comments))

struct ExportReply {
  std::vector<ItemRecord> items;     // ordered by id
  std::optional<std::string> after;  // there are more: go on with --after
};
BOOST_DESCRIBE_STRUCT(ExportReply, (), (items, after))

struct Export {
  using Reply = ExportReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "export",
      .access = Access::read,
      .summary = "Print the backlog as JSON Lines, one line an item",
      .weight = Weight::heavy,
      .examples = {Example{"todo export > backlog.jsonl", "The same backlog gives the same bytes"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "after",
       .meaning = "Only items whose id comes after this one",
       .min = 1,
       .max = kIdBytesMax,
       .value_name = "ID"},
      fields::limit(kExportItemsMax, "At most this many; without it, all, or an error when they are too many"),
  });
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(Export, (), (after, limit))

// Something in a foreign backlog that has no place of its own here.
struct MappingNote {
  std::string field;
  std::string value;  // "" for a field as a whole
  std::int64_t count = 0;
  std::string became;  // "type other, kept in origin"
};
BOOST_DESCRIBE_STRUCT(MappingNote, (), (field, value, count, became))

// What to do with an item that is here already and says something else.
enum class OnConflict : std::uint8_t { skip, update, fail };
BOOST_DESCRIBE_ENUM(OnConflict, skip, update, fail)

struct ImportNote {
  std::string id;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(ImportNote, (), (id, why))

struct ImportReply {
  std::int64_t read = 0;
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t skipped = 0;
  std::vector<ImportNote> skipped_items;  // at most 20
  std::int64_t links_dropped = 0;
  std::vector<ImportNote> dropped_links;  // at most 20
  std::vector<MappingNote> not_mapped;
};
BOOST_DESCRIBE_STRUCT(ImportReply, (),
                      (read, added, updated, unchanged, skipped, skipped_items, links_dropped, dropped_links,
                       not_mapped))

struct Import {
  using Reply = ImportReply;
  static constexpr Verb verb{
      .subsystem = "todo",
      .name = "import",
      .access = Access::write,
      .summary = "Take over a backlog from JSON Lines, in one transaction",
      .weight = Weight::heavy,
      .examples = {Example{"todo import backlog.jsonl", "What is here already and says the same is left alone"},
                   Example{"todo import --on-conflict update -", "From standard input; the file wins"}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "file",
       .meaning = "JSON Lines: an export of decapod, or a beads backlog; - is standard input",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 4096},
      {.name = "on_conflict", .meaning = "What to do with an item that is here already and differs"},
      {.name = "max_items", .meaning = "Refuse a file with more items", .min = 1, .max = kImportItemsMax},
      {.name = "items",
       .meaning = "The items, in the form that export prints",
       .place = Place::content,
       .max_items = kImportItemsMax},
      {.name = "not_mapped", .meaning = "What the file says that has no place here", .place = Place::fact},
  });
  std::string file;
  OnConflict on_conflict = OnConflict::skip;
  std::int64_t max_items = kImportItemsMax;
  std::vector<ItemRecord> items;
  std::vector<MappingNote> not_mapped;
};
BOOST_DESCRIBE_STRUCT(Import, (), (file, on_conflict, max_items, items, not_mapped))

}  // namespace decapod::todo
