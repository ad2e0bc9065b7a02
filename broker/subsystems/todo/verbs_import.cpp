#include "verbs_import.h"

#include <decapod/base/codec.h>
#include <decapod/todo_record/record_bounds.h>

namespace decapod::todo {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kForms =
    "each line is one item, either as `decapod todo export` prints it or as a beads backlog (issues.jsonl) has it";

Error at_line(std::size_t line, Error error) {
  error.message = "line " + std::to_string(line) + ": " + error.message;
  error.details["line"] = line;
  error.hint = kForms;
  return error;
}

Error too_many(std::int64_t max_items) {
  auto error = fail(ErrorCode::too_large, "the file has more than " + std::to_string(max_items) + " items",
                    {{"max_items", max_items}});
  error.hint = "split it (`split -l " + std::to_string(max_items) +
               " FILE part-`), import the parts in order, then import them once more with --on-conflict update, so "
               "that links into later parts are made";
  return error;
}

Result<ItemRecord> read_object(json::object const& line, BeadsReader& beads) {
  if (BeadsReader::recognizes(line)) return beads.read(line);
  if (!line.contains("id") || !line.contains("title")) {
    return fail(ErrorCode::bad_request, "this is neither an item of `decapod todo export` nor one of a beads backlog");
  }
  return codec::decode<ItemRecord>(line, codec::Unknown::refuse);
}

Result<ItemRecord> read_line(std::string_view line, BeadsReader& beads) {
  DECAPOD_TRY(auto const value, parse_json(line, "the item"));
  auto const* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::bad_request, "an item must be an object");
  DECAPOD_TRY(auto item, read_object(*object, beads));
  DECAPOD_CHECK(check_bounds(item));
  return item;
}

}  // namespace

Result<Parsed> parse_backlog(std::string_view text, std::int64_t max_items) {
  Parsed parsed;
  BeadsReader beads;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto const end = text.find('\n');
    auto const line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (static_cast<std::int64_t>(parsed.items.size()) == max_items) return too_many(max_items);
    auto item = read_line(line, beads);
    if (!item) return at_line(number, std::move(item).error());
    parsed.items.push_back(*std::move(item));
  }
  parsed.not_mapped = beads.notes();
  return parsed;
}

}  // namespace decapod::todo
