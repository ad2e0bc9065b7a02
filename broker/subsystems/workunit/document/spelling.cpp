#include <decapod/workunit_document/spelling.h>

namespace decapod::workunit {
namespace {

void add_line(std::string& text, std::size_t depth, std::string_view rest) {
  text.append(2 * depth, ' ').append(rest);
}

void spell(std::string& text, json::value const& value, std::size_t depth);

void spell_members(std::string& text, json::object const& object, std::size_t depth) {
  text += "{\n";
  std::size_t at = 0;
  for (auto const& member : object) {
    add_line(text, depth + 1, to_text(json::value(member.key())));
    text += ": ";
    spell(text, member.value(), depth + 1);
    text += ++at < object.size() ? ",\n" : "\n";
  }
  add_line(text, depth, "}");
}

void spell_elements(std::string& text, json::array const& array, std::size_t depth) {
  text += "[\n";
  for (std::size_t at = 0; at < array.size();) {
    add_line(text, depth + 1, "");
    spell(text, array[at], depth + 1);
    text += ++at < array.size() ? ",\n" : "\n";
  }
  add_line(text, depth, "]");
}

void spell(std::string& text, json::value const& value, std::size_t depth) {
  if (value.is_object() && !value.get_object().empty()) return spell_members(text, value.get_object(), depth);
  if (value.is_array() && !value.get_array().empty()) return spell_elements(text, value.get_array(), depth);
  text += to_text(value);
}

}  // namespace

std::string file_text(json::object const& document) {
  std::string text;
  spell(text, document, 0);
  return text + '\n';
}

}  // namespace decapod::workunit
