#include <decapod/base/codec.h>
#include <decapod/base/utf8.h>

#include <algorithm>

#include "verbs_import.h"

namespace decapod::todo {
namespace {

// Fields that have a place here, and are read one by one.
constexpr std::string_view kRead[] = {
    "id",         "title",        "description", "status",       "priority",      "issue_type", "created_at",
    "created_by", "updated_at",   "closed_at",   "close_reason", "dependencies",  "labels",     "comments",
    "notes",      "external_ref", "deleted_at",  "deleted_by",   "delete_reason", "due_at",     "defer_until",
};

// By these a line is known as one of theirs: no item of an export of decapod has them. A type may be missing.
constexpr std::string_view kTheirs[] = {
    "issue_type",    "dependencies", "closed_at",           "close_reason",      "deleted_at", "deleted_by",
    "delete_reason", "due_at",       "content_hash",        "source_repo",       "assignee",   "owner",
    "notes",         "design",       "acceptance_criteria", "estimated_minutes",
};
constexpr std::string_view kTheirStatuses[] = {"closed",    "in_progress", "blocked", "deferred",
                                               "tombstone", "pinned",      "hooked"};

std::string_view text_of(json::object const& line, std::string_view name) {
  auto const* value = line.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

Result<std::optional<Timestamp>> time_of(json::object const& line, std::string_view name) {
  auto const* value = line.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<Timestamp>();
  if (!value->is_string()) return fail(ErrorCode::bad_request, "'" + std::string(name) + "' must be a time in a text");
  auto const text = text_of(line, name);
  if (text.empty()) return std::optional<Timestamp>();
  DECAPOD_TRY(auto const time, parse_timestamp(text));
  return std::optional(time);
}

std::optional<std::string> optional_text(std::string_view text) {
  return is_blank(text) ? std::nullopt : std::optional<std::string>(text);
}

std::string published(std::string_view text) {
  std::string name(text);
  std::ranges::replace(name, '_', '-');
  return name;
}

Result<void> read_times(ItemRecord& item, json::object const& line) {
  DECAPOD_TRY(auto const created, time_of(line, "created_at"));
  DECAPOD_TRY(auto const updated, time_of(line, "updated_at"));
  DECAPOD_TRY(auto const closed, time_of(line, "closed_at"));
  DECAPOD_TRY(auto const deleted, time_of(line, "deleted_at"));
  DECAPOD_TRY(item.due, time_of(line, "due_at"));
  DECAPOD_TRY(item.defer_until, time_of(line, "defer_until"));
  item.created_at = created;
  item.updated_at = updated ? updated : created;
  if (item.status != Status::open) item.done_at = closed ? closed : deleted;
  return {};
}

}  // namespace

Result<void> BeadsReader::read_comments(ItemRecord& item, json::object const& line) {
  if (auto const* comments = line.if_contains("comments"); comments != nullptr && comments->is_array()) {
    for (auto const& value : comments->get_array()) {
      auto const* comment = value.if_object();
      if (comment == nullptr) return fail(ErrorCode::bad_request, "'comments' must be a list of objects");
      DECAPOD_TRY(auto const at, time_of(*comment, "created_at"));
      auto const text = text_of(*comment, "text");
      auto const author = text_of(*comment, "author");
      if (is_blank(text))
        note("comments", "", "left out: it says nothing");
      else
        item.comments.push_back(
            {at ? at : item.updated_at, std::string(author.empty() ? kNobody : author), std::string(text)});
    }
  }
  if (auto const notes = text_of(line, "notes"); !is_blank(notes)) {
    item.comments.push_back({item.updated_at, item.created_by, std::string(notes)});
  }
  return {};
}

void BeadsReader::read_labels(ItemRecord& item, json::object const& line) {
  auto const* labels = line.if_contains("labels");
  if (labels == nullptr || !labels->is_array()) return;
  for (auto const& label : labels->get_array()) {
    if (label.is_string() && !is_blank(label.get_string()))
      item.labels.emplace_back(std::string_view(label.get_string()));
    else
      note("labels", to_text(label), "left out: no text");
  }
}

// Beads knows more urgencies than there are here; what is no urgency at all is a mistake of whoever wrote the file.
Result<void> BeadsReader::read_priority(ItemRecord& item, json::object const& line) {
  auto const* priority = line.if_contains("priority");
  if (priority == nullptr || priority->is_null()) return {};
  std::int64_t given = 0;
  DECAPOD_CHECK(codec::decode_into(*priority, given, codec::Path(codec::Path(codec::Unknown::refuse), "priority")));
  if (given < kPriorityMost)
    return fail(ErrorCode::bad_request, "'priority' must be at least 0", {{"field", "priority"}});
  item.priority = static_cast<int>(std::min<std::int64_t>(given, kPriorityLeast));
  if (item.priority != given) note("priority", std::to_string(given), "the nearest of 0 to 4");
  return {};
}

bool BeadsReader::recognizes(json::object const& line) {
  auto const status = text_of(line, "status");
  return std::ranges::any_of(kTheirs, [&](auto const name) { return line.contains(name); }) ||
         std::ranges::find(kTheirStatuses, status) != std::end(kTheirStatuses);
}

void BeadsReader::note(std::string_view field, std::string_view value, std::string_view became) {
  auto& entry = notes_[std::string(field) + '\n' + std::string(value)];
  entry.field = field;
  entry.value = value;
  entry.became = became;
  ++entry.count;
}

void BeadsReader::keep(ItemRecord& item, std::string_view field, json::value const& value) {
  item.origin[std::string(field)] =
      value.is_string() ? std::string(std::string_view(value.get_string())) : to_text(value);
}

void BeadsReader::read_type(ItemRecord& item, std::string_view type) {
  if (type.empty()) return note("issue_type", "", "missing: type task");
  if (auto const known = from_text<ItemType>(published(type)); known && *known != ItemType::other) {
    item.type = *known;
    return;
  }
  item.type = ItemType::other;
  item.origin["issue_type"] = type;
  note("issue_type", type, "type other; kept in origin");
}

void BeadsReader::read_status(ItemRecord& item, std::string_view status) {
  if (status.empty() || status == "open") return;
  if (status == "closed") {
    item.status = Status::done;
    return;
  }
  item.origin["status"] = status;
  if (status == "tombstone") {
    item.status = Status::archived;
    note("status", status, "archived; kept in origin");
  } else {
    note("status", status, "open: a claim is not imported; kept in origin");
  }
}

void BeadsReader::read_link(ItemRecord& item, json::object const& dependency) {
  auto const type = text_of(dependency, "type");
  LinkRecord link{.other = std::string(text_of(dependency, "depends_on_id")),
                  .created_at = item.created_at,
                  .created_by = std::string(text_of(dependency, "created_by"))};
  if (auto const at = parse_timestamp(text_of(dependency, "created_at"))) link.created_at = *at;
  if (link.created_by.empty()) link.created_by = item.created_by;
  if (auto const kind = from_text<LinkKind>(type)) {
    link.kind = *kind;
  } else if (type == "relates-to") {
    link.kind = LinkKind::related;
  } else {
    item.origin["link:" + link.other] = type;
    note("dependencies.type", type, "link related; kept in origin");
  }
  bool const has_parent =
      std::ranges::any_of(item.links, [](LinkRecord const& one) { return one.kind == LinkKind::parent_child; });
  if (link.kind == LinkKind::parent_child && has_parent) {
    link.kind = LinkKind::related;
    note("dependencies.type", "parent-child", "link related: an item has one parent");
  }
  item.links.push_back(std::move(link));
}

Result<void> BeadsReader::read_links(ItemRecord& item, json::object const& line) {
  auto const* dependencies = line.if_contains("dependencies");
  if (dependencies == nullptr) return {};
  if (!dependencies->is_array()) return fail(ErrorCode::bad_request, "'dependencies' must be a list");
  for (auto const& value : dependencies->get_array()) {
    auto const* dependency = value.if_object();
    if (dependency == nullptr) return fail(ErrorCode::bad_request, "'dependencies' must be a list of objects");
    read_link(item, *dependency);
  }
  return {};
}

void BeadsReader::keep_the_rest(ItemRecord& item, json::object const& line) {
  for (auto const& member : line) {
    std::string_view const name = member.key();
    if (std::ranges::find(kRead, name) != std::end(kRead)) continue;
    keep(item, name, member.value());
    note(name, "", "kept in origin");
  }
}

Result<ItemRecord> BeadsReader::read(json::object const& line) {
  ItemRecord item{.id = std::string(text_of(line, "id")), .title = std::string(text_of(line, "title"))};
  read_type(item, text_of(line, "issue_type"));
  read_status(item, text_of(line, "status"));
  DECAPOD_CHECK(read_times(item, line));
  DECAPOD_CHECK(read_priority(item, line));
  item.description = text_of(line, "description");
  item.external_ref = optional_text(text_of(line, "external_ref"));
  item.created_by = text_of(line, "created_by");
  if (item.created_by.empty()) item.created_by = kNobody;
  if (item.status != Status::open) {
    item.reason = optional_text(text_of(line, item.status == Status::archived ? "delete_reason" : "close_reason"));
    item.done_by = optional_text(text_of(line, "deleted_by"));
  }
  read_labels(item, line);
  DECAPOD_CHECK(read_comments(item, line));
  DECAPOD_CHECK(read_links(item, line));
  keep_the_rest(item, line);
  return item;
}

std::vector<MappingNote> BeadsReader::notes() const {
  std::vector<MappingNote> all;
  for (auto const& entry : notes_) all.push_back(entry.second);
  return all;
}

}  // namespace decapod::todo
