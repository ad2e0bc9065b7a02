#pragma once
// One import: which items are new, which differ, which links hold.

#include "graph.h"
#include "store_transfer.h"

namespace decapod::todo {

class Importing {
 public:
  Importing(contract::Context& context, Import const& request) : context_(context), request_(request) {}

  // bad_request: an item breaks a bound. already_exists: an item differs and the request says to fail then.
  Result<ImportReply> run();

 private:
  enum class Fate : std::uint8_t { added, updated, unchanged, skipped };
  // How the record differs from the item that is here.
  enum class Difference : std::uint8_t {
    links_at_most,  // nothing, or it has more links: if each of them would close a circle and is dropped, nothing
    facts,
  };
  struct Entry {
    ItemRecord record;        // with the links that hold
    std::int64_t number = 0;  // in the store; negative until a new item is written
    Fate fate = Fate::added;  // of an item that is here, until settle(): what happens to it if there is a difference
    Difference difference = Difference::links_at_most;
    std::size_t links_present = 0;  // in the store
    std::string why;                // skipped: for which reason
  };
  // Whose links are looked at: those that will be written, then those of items that stay as they are.
  enum class Whose : std::uint8_t { written, left_alone };

  struct LinkOf {
    std::size_t place = 0;  // of the entry that the file lists it with
    LinkRecord link;
  };

  Result<void> collect();
  void drop_links();
  std::string_view why_not(ItemRecord const& record, LinkRecord const& link, std::int64_t other) const;
  void settle_related();
  void settle_related_of(Entry& entry);
  void judge(Entry& entry);
  void drop_circles(LinkKind kind);
  std::vector<graph::Arc> links_that_stay(LinkKind kind) const;
  void drop_closing(std::vector<graph::Arc>& present, LinkKind kind, Whose whose);
  bool is_of(Entry const& entry, Whose whose) const;
  Result<void> settle(Entry& entry);
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
