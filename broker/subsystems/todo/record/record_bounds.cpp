#include "import_bounds.h"

#include <algorithm>

#include "item_id.h"

namespace decapod::todo {
namespace {

constexpr std::size_t kCommentsMost = 10'000;
constexpr std::size_t kLinksMost = 10'000;
constexpr std::size_t kOriginMost = 64;
constexpr std::size_t kNameMost = 200;

Error bad(ItemRecord const& record, std::string_view field, std::string_view rule) {
  return fail(ErrorCode::bad_request,
              "item '" + record.id + "': " + std::string(field) + " must be " + std::string(rule),
              {{"id", record.id}, {"field", field}});
}

bool is_text(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && text.find('\0') == std::string_view::npos;
}

bool is_text(std::optional<std::string> const& text, std::size_t most) {
  return !text || is_text(*text, 1, most);
}

}  // namespace

Result<void> check_bounds(ItemRecord const& record) {
  if (!is_valid_id(record.id)) return bad(record, "id", "1 to 64 letters, digits or . _ : -, a letter or digit first");
  if (!is_text(record.title, 1, kTitleBytesMax)) return bad(record, "title", "1 to 500 bytes");
  if (!is_text(record.description, 0, kTextBytesMax)) return bad(record, "description", "at most 64 KiB");
  if (record.priority < kPriorityMost || record.priority > kPriorityLeast) return bad(record, "priority", "0 to 4");
  if (record.status == Status::claimed) return bad(record, "status", "open, done or archived: a claim is not imported");
  if (!is_text(record.created_by, 1, kNameMost)) return bad(record, "created_by", "1 to 200 bytes");
  if (!is_text(record.done_by, kNameMost)) return bad(record, "done_by", "1 to 200 bytes");
  if (!is_text(record.reason, kReasonBytesMax)) return bad(record, "reason", "1 to 4096 bytes");
  if (!is_text(record.external_ref, kNameMost)) return bad(record, "external_ref", "1 to 200 bytes");
  if (record.labels.size() > static_cast<std::size_t>(kLabelsMax)) return bad(record, "labels", "at most 50");
  if (!std::ranges::all_of(record.labels, [](auto& label) { return is_text(label, 1, kLabelBytesMax); })) {
    return bad(record, "labels", "1 to 100 bytes each");
  }
  if (record.links.size() > kLinksMost) return bad(record, "links", "at most 10,000");
  if (!std::ranges::all_of(record.links, [](auto& link) { return is_text(link.created_by, 1, kNameMost); })) {
    return bad(record, "links", "made by somebody, in 1 to 200 bytes");
  }
  if (record.comments.size() > kCommentsMost) return bad(record, "comments", "at most 10,000");
  if (!std::ranges::all_of(record.comments, [](auto& one) { return is_text(one.text, 1, kTextBytesMax); })) {
    return bad(record, "comments", "1 byte to 64 KiB each");
  }
  if (record.origin.size() > kOriginMost) return bad(record, "origin", "at most 64 members");
  if (!std::ranges::all_of(record.origin, [](auto& one) { return is_text(one.second, 0, kReasonBytesMax); })) {
    return bad(record, "origin", "at most 4096 bytes each");
  }
  return {};
}

}  // namespace decapod::todo
