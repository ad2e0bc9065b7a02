#pragma once
// From JSON Lines to item records: decapod's own form, and the one of beads.

#include <decapod/base/json.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

struct Parsed {
  std::vector<ItemRecord> items;
  std::vector<MappingNote> not_mapped;
};

// bad_request names the line; too_large says how to split.
Result<Parsed> parse_backlog(std::string_view text, std::int64_t max_items);

// Who made what does not say it.
inline constexpr std::string_view kNobody = "unknown";

// One line of a beads backlog. `not_mapped` gathers what has no place here; see README.md for the table.
class BeadsReader {
 public:
  // Whether a line is of that form.
  static bool recognizes(json::object const& line);
  Result<ItemRecord> read(json::object const& line);
  std::vector<MappingNote> notes() const;

 private:
  void note(std::string_view field, std::string_view value, std::string_view became);
  void keep(ItemRecord& item, std::string_view field, json::value const& value);
  Result<void> read_priority(ItemRecord& item, json::object const& line);
  Result<void> read_comments(ItemRecord& item, json::object const& line);
  void read_labels(ItemRecord& item, json::object const& line);
  void read_type(ItemRecord& item, std::string_view type);
  void read_status(ItemRecord& item, std::string_view status);
  Result<void> read_links(ItemRecord& item, json::object const& line);
  void read_link(ItemRecord& item, json::object const& dependency);
  void keep_the_rest(ItemRecord& item, json::object const& line);

  std::map<std::string, MappingNote> notes_;
};

}  // namespace decapod::todo
