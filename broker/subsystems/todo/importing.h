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
    std::int64_t number = 0;  // in the store; negative until a new item is written
    Fate fate = Fate::added;
  };

  struct LinkOf {
    std::size_t place = 0;  // of the entry that the file lists it with
    LinkRecord link;
  };

  Result<void> collect();
  void drop_links();
  std::string_view why_not(ItemRecord const& record, LinkRecord const& link, std::int64_t other) const;
  void settle_related();
  void settle_related_of(Entry& entry);
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
  std::string id_of(std::int64_t number) const;

  contract::Context& context_;
  Import const& request_;
  ImportReply reply_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> places_;  // lower-case id -> position in entries_
  std::vector<LinkOf> left_over_;              // related links whose listing end the file does not have
};

}  // namespace decapod::todo
