#include <decapod/base/codec.h>
#include <decapod/base/utf8.h>
#include <decapod/todo_record/item_id.h>
#include <decapod/todo_record/record_bounds.h>

namespace decapod::todo {
namespace {

Error bad(ItemRecord const& record, std::string_view field, std::string_view rule) {
  return fail(ErrorCode::bad_request,
              "item '" + record.id + "': '" + std::string(field) + "' must be " + std::string(rule),
              {{"id", record.id}, {"field", field}});
}

}  // namespace

Result<void> check_bounds(ItemRecord const& record) {
  if (auto sound = codec::check(record, codec::Path(codec::Unknown::refuse)); !sound) {
    auto error = std::move(sound).error();
    error.message = "item '" + std::string(utf8_prefix(record.id, kIdBytesMax)) + "': " + error.message;
    error.details["id"] = record.id;
    return error;
  }
  if (!is_valid_id(record.id)) return bad(record, "id", "letters, digits or . _ : -, a letter or digit first");
  if (record.status == Status::claimed) return bad(record, "status", "open, done or archived: a claim is not imported");
  return {};
}

}  // namespace decapod::todo
