#include <decapod/cli_kit/columns.h>

namespace decapod::cli {
namespace {

void add_id(json::value const& value, Lines<kIds>& lines) {
  auto const* object = value.if_object();
  auto const* id = object == nullptr ? nullptr : object->if_contains("id");
  if (id != nullptr && id->is_string()) lines.add(std::string_view(id->get_string()));
}

}  // namespace

namespace detail {

std::string cell(std::string_view text) {
  return printable(text);
}

std::string cell(Timestamp time) {
  return to_string(time);
}

void add_line(Text& text, std::span<std::string const> cells) {
  std::string line;
  for (auto const& cell : cells) {
    if (&cell != cells.data()) line += '\t';
    line += cell.empty() ? kNoValue : std::string_view(cell);
  }
  text.line(line);
}

}  // namespace detail

void print_ids(json::object const& reply, Text& text) {
  Lines<kIds> lines(text);
  auto const before = text.str().size();
  add_id(reply, lines);
  if (text.str().size() != before) return;
  for (auto const& member : reply) {
    if (member.value().is_object()) add_id(member.value(), lines);
    if (!member.value().is_array()) continue;
    for (auto const& element : member.value().get_array()) add_id(element, lines);
  }
}

}  // namespace decapod::cli
