#pragma once
// One import: which items are new, which differ, which links hold.

#include "store_transfer.h"

namespace decapod::todo {

class Importing {
 public:
  Importing(contract::Context& context, Import const& request) : context_(context), request_(request) {}

  // bad_request: an item breaks a bound. already_exists: an item differs and the request says to fail then.
  Result<ImportReply> run();

 private:
  enum class Fate : std::uint8_t { added, updated, unchanged, skipped };
  struct Entry {
    ItemRecord record;        // with the links that hold
    std::int64_t number = 0;  // 0: not in the store yet
    Fate fate = Fate::added;
  };

  Result<void> collect();
  void drop_links();
  void drop_circles(LinkKind kind);
  Result<void> judge();
  Result<Fate> judge_existing(Entry const& entry);
  void write_items();
  void write_item(Entry& entry);
  void overwrite(Entry const& entry, store::Item item);
  void write_links();
  void replace_links(Entry const& entry);

  void drop(ItemRecord const& record, LinkRecord const& link, std::string_view why);
  Result<void> skip(std::string const& id, std::string why);
  std::int64_t number_of(std::string const& id) const;

  contract::Context& context_;
  Import const& request_;
  ImportReply reply_;
  std::vector<Entry> entries_;
  std::map<std::string, std::int64_t> numbers_;  // lower-case id -> number; a negative one stands for a new item
};

}  // namespace decapod::todo
