#include "verbs_lines.h"

#include <decapod/base/reflect.h>

#include <algorithm>

namespace decapod::todo {

std::string state_of(Brief const& item) {
  if (item.holder) return "claimed by " + *item.holder;
  if (item.status != Status::open) return std::string(to_text(item.status));
  if (item.open_blockers) return "blocked by " + std::to_string(*item.open_blockers);
  if (item.defer_until) return "deferred until " + to_string(*item.defer_until);
  return "open";
}

void print_items(cli::Text& text, std::vector<Brief> const& items) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(items.size());
  // A long holder must leave room for the title.
  auto const columns = text.page().columns;
  auto const state = [&](Brief const& item) {
    auto words = cli::printable(state_of(item));
    return columns == 0 ? words : cli::shortened(words, std::max<std::size_t>(columns / 3, 12));
  };
  for (auto const& item : items) {
    rows.push_back({item.id, "P" + std::to_string(item.priority), std::string(to_text(item.type)), state(item),
                    item.title + (item.due ? " (due " + to_string(*item.due) + ")" : "")});
  }
  text.table(rows);
}

void print_item(cli::Text& text, std::string_view what, Brief const& item) {
  text.line(std::string(what) + " " + text.bold(cli::printable(item.id)) + "  " + cli::printable(item.title));
}

}  // namespace decapod::todo
