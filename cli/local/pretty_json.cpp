#include "pretty_json.h"

#include <string_view>

namespace decapod::cli {
namespace {

constexpr std::size_t kStep = 2;

class Block {
 public:
  Block(std::size_t indent, char open, char close) : indent_(indent), close_(close) { text_ += open; }

  void add(std::string_view member) {
    if (text_.size() > 1) text_ += ',';
    text_.append("\n").append(indent_ + kStep, ' ').append(member);
  }
  std::string whole() { return text_.append("\n").append(indent_, ' ') + close_; }

 private:
  std::size_t indent_;
  char close_;
  std::string text_;
};

// `taken` are the columns of its first line that stand before it.
std::string laid_out(json::value const& value, std::size_t columns, std::size_t indent, std::size_t taken) {
  auto line = to_text(value);
  bool const parted = value.is_object() || value.is_array();
  if (!parted || taken + line.size() <= columns) return line;
  auto const inside = indent + kStep;
  if (auto const* array = value.if_array()) {
    Block block(indent, '[', ']');
    for (auto const& element : *array) block.add(laid_out(element, columns, inside, inside));
    return block.whole();
  }
  Block block(indent, '{', '}');
  for (auto const& [name, member] : value.get_object()) {
    auto const label = to_text(json::value(name)) + ": ";
    block.add(label + laid_out(member, columns, inside, inside + label.size()));
  }
  return block.whole();
}

}  // namespace

std::string pretty(json::value const& value, std::size_t columns, std::size_t indent) {
  return laid_out(value, columns, indent, indent);
}

}  // namespace decapod::cli
