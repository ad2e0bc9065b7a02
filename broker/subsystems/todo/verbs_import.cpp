#include "verbs_import.h"

#include <decapod/base/codec.h>
#include <decapod/todo_record/record_bounds.h>

namespace decapod::todo {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kForms =
    R"(each line is one item, such as {"id":"docs-1","title":"Write the docs"}, with what else `decapod todo export` )"
    "prints as needed; or as a beads backlog (issues.jsonl) has it";

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

constexpr std::string_view kNeededByItem[] = {"id", "title"};
constexpr std::string_view kNeededByLink[] = {"kind", "other"};
constexpr std::string_view kNeededByComment[] = {"text"};

void list_missing(json::value const& part, std::string const& where, std::span<std::string_view const> needed,
                  std::vector<std::string>& missing) {
  auto const* object = part.if_object();
  if (object == nullptr) return;  // decoding says so
  for (auto const name : needed) {
    if (!object->contains(name)) missing.push_back("'" + where + std::string(name) + "'");
  }
}

void list_missing_in(json::object const& line, std::string_view list, std::span<std::string_view const> needed,
                     std::vector<std::string>& missing) {
  auto const* parts = line.if_contains(list);
  if (parts == nullptr || !parts->is_array()) return;
  std::size_t at = 0;
  for (auto const& part : parts->get_array()) {
    list_missing(part, std::string(list) + '[' + std::to_string(at++) + "].", needed, missing);
  }
}

// All that the line lacks at once.
Result<void> check_complete(json::object const& line) {
  std::vector<std::string> missing;
  list_missing(line, "", kNeededByItem, missing);
  bool const neither = missing.size() == std::size(kNeededByItem);
  list_missing_in(line, "links", kNeededByLink, missing);
  list_missing_in(line, "comments", kNeededByComment, missing);
  if (missing.empty()) return {};
  std::string words;
  json::array names;
  for (auto const& name : missing) {
    words += (words.empty() ? "" : ", ") + name;
    names.emplace_back(name.substr(1, name.size() - 2));
  }
  words += missing.size() == 1 ? " is missing" : " are missing";
  if (neither) words = "this is neither an item of `decapod todo export` nor one of a beads backlog: " + words;
  return fail(ErrorCode::bad_request, words, {{"missing", std::move(names)}});
}

void name_author(json::object& line, std::string_view list, std::string_view member) {
  auto* parts = line.if_contains(list);
  if (parts == nullptr || !parts->is_array()) return;
  for (auto& part : parts->get_array()) {
    if (auto* object = part.if_object(); object != nullptr) object->emplace(member, line.at("created_by"));
  }
}

// What a line that somebody has written by hand leaves out. Nothing of it depends on who imports it, or when, so that
// the same file says the same a second time.
void fill_in(json::object& line) {
  auto const defaults = codec::encode(ItemRecord{.created_by = std::string(kNobody)});
  for (auto const& member : defaults.get_object()) line.emplace(member.key(), member.value());
  name_author(line, "links", "created_by");
  name_author(line, "comments", "author");
}

Result<ItemRecord> read_object(json::object line, BeadsReader& beads) {
  if (BeadsReader::recognizes(line)) return beads.read(line);
  DECAPOD_CHECK(check_complete(line));
  fill_in(line);
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
