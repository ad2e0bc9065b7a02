#include "importing.h"

#include <decapod/base/reflect.h>
#include <decapod/todo_record/record_bounds.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "present.h"
#include "store_index.h"

namespace decapod::todo {
namespace {

constexpr std::size_t kNotesShown = 20;

std::string folded(std::string_view id) {
  std::string text(id);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Sorted by `key`, the first of equal ones kept.
template <class T, class Key>
void sort_out(std::vector<T>& list, Key key) {
  std::ranges::stable_sort(list, {}, key);
  auto const same = [&](T const& one, T const& other) { return std::invoke(key, one) == std::invoke(key, other); };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
}

store::Item to_item(ItemRecord const& record) {
  return {.id = record.id,
          .title = record.title,
          .type = record.type,
          .priority = record.priority,
          .status = record.status,
          .due = record.due,
          .defer_until = record.defer_until,
          .external_ref = record.external_ref,
          .created_at = record.created_at.value_or(Timestamp{}),
          .created_by = record.created_by,
          .updated_at = record.updated_at.value_or(Timestamp{}),
          .done_at = record.done_at,
          .done_by = record.done_by,
          .reason = record.reason,
          .origin = record.origin};
}

// What the record does not say of times: what is here says, else now.
void fill_times(ItemRecord& record, ItemRecord const* present, Timestamp now) {
  if (!record.created_at) record.created_at = present != nullptr ? present->created_at : now;
  if (!record.updated_at) record.updated_at = present != nullptr ? present->updated_at : record.created_at;
  for (auto& link : record.links) {
    if (link.created_at) continue;
    link.created_at = record.created_at;
    if (present == nullptr) continue;
    auto const same = std::ranges::find_if(
        present->links, [&](LinkRecord const& one) { return one.kind == link.kind && one.other == link.other; });
    if (same != present->links.end()) link.created_at = same->created_at;
  }
  for (auto& comment : record.comments) {
    if (comment.at) continue;
    comment.at = record.updated_at;
    if (present == nullptr) continue;
    auto const same = std::ranges::find_if(present->comments, [&](CommentRecord const& one) {
      return one.author == comment.author && one.text == comment.text;
    });
    if (same != present->comments.end()) comment.at = same->at;
  }
}

// Whether the record says what is here, but for links more than are here.
bool is_same_but_for_more_links(ItemRecord const& present, ItemRecord record) {
  std::erase_if(record.links, [&](LinkRecord const& link) {
    if (link.kind != LinkKind::blocks && link.kind != LinkKind::parent_child) return false;
    return std::ranges::none_of(
        present.links, [&](LinkRecord const& one) { return one.kind == link.kind && one.other == link.other; });
  });
  return record == present;
}

}  // namespace

Result<ImportReply> Importing::run() {
  reply_.read = static_cast<std::int64_t>(request_.items.size());
  reply_.not_mapped = request_.not_mapped;
  DECAPOD_CHECK(collect());
  drop_links();
  settle_related();
  for (auto& entry : entries_) judge(entry);
  drop_circles(LinkKind::blocks);
  drop_circles(LinkKind::parent_child);
  for (auto& entry : entries_) DECAPOD_CHECK(settle(entry));
  write_items();
  write_links();
  return std::move(reply_);
}

Result<void> Importing::collect() {
  for (auto const& record : request_.items) {
    DECAPOD_CHECK(check_bounds(record));
    if (!places_.emplace(folded(record.id), entries_.size()).second) {
      DECAPOD_CHECK(skip(record.id, "the file has this id more than once; the first one counts"));
      continue;
    }
    auto const present = store::find_exactly(context_.store(), record.id);
    Entry entry{record, present ? present->number : -1 - static_cast<std::int64_t>(entries_.size()), Fate::added};
    if (present) entry.record.id = present->id;
    sort_out(entry.record.labels, [](std::string const& label) { return label; });
    entries_.push_back(std::move(entry));
  }
  return {};
}

std::int64_t Importing::number_of(std::string const& id) const {
  auto const found = places_.find(folded(id));
  if (found != places_.end()) return entries_[found->second].number;
  auto const present = store::find_exactly(context_.store(), id);
  return present ? present->number : 0;
}

std::string Importing::id_of(std::int64_t number) const {
  if (number < 0) return entries_[static_cast<std::size_t>(-1 - number)].record.id;
  return store::find(context_.store(), number)->id;
}

void Importing::drop(ItemRecord const& record, LinkRecord const& link, std::string_view why) {
  ++reply_.links_dropped;
  if (reply_.dropped_links.size() == kNotesShown) return;
  reply_.dropped_links.push_back(
      {record.id, std::string(to_text(link.kind)) + " " + link.other + ": " + std::string(why)});
}

std::string_view Importing::why_not(ItemRecord const& record, LinkRecord const& link, std::int64_t other) const {
  if (other == 0) return "there is no such item";
  if (folded(link.other) == folded(record.id)) return "an item cannot be linked with itself";
  auto const first_parent = std::ranges::find(record.links, LinkKind::parent_child, &LinkRecord::kind);
  if (link.kind == LinkKind::parent_child && &*first_parent != &link) return "an item has one parent";
  return "";
}

// A later line may hold the other end, so every line was collected before.
void Importing::drop_links() {
  for (auto& entry : entries_) {
    auto& record = entry.record;
    std::vector<LinkRecord> kept;
    for (auto& link : record.links) {
      auto const other = number_of(link.other);
      if (auto const why = why_not(record, link, other); !why.empty()) {
        drop(record, link, why);
        continue;
      }
      kept.push_back(link);
      kept.back().other = id_of(other);
    }
    record.links = std::move(kept);
  }
}

// A related link belongs to the line of the greater id, wherever the file has it.
void Importing::settle_related_of(Entry& entry) {
  std::erase_if(entry.record.links, [&](LinkRecord const& link) {
    if (link.kind != LinkKind::related || link.other < entry.record.id) return false;
    LinkRecord turned = link;
    turned.other = entry.record.id;
    auto const place = places_.find(folded(link.other));
    if (place != places_.end())
      entries_[place->second].record.links.push_back(std::move(turned));
    else
      left_over_.push_back({places_.at(folded(entry.record.id)), link});
    return true;
  });
}

void Importing::settle_related() {
  for (auto& entry : entries_) settle_related_of(entry);
  for (auto& entry : entries_) {
    sort_out(entry.record.links, [](LinkRecord const& link) { return std::pair(link.kind, link.other); });
  }
}

// What happens to an item that is here, if the record turns out to differ: circles, which come later, have a say in it.
void Importing::judge(Entry& entry) {
  if (entry.number < 0) {
    fill_times(entry.record, nullptr, context_.now().wall);
    return;
  }
  auto const item = *store::find(context_.store(), entry.number);
  auto const present = store::record_of(context_.store(), item);
  fill_times(entry.record, &present, context_.now().wall);
  entry.links_present = present.links.size();
  entry.difference = is_same_but_for_more_links(present, entry.record) ? Difference::links_at_most : Difference::facts;
  if (request_.on_conflict != OnConflict::update) {
    entry.fate = Fate::skipped;
    entry.why = "it is here already and differs";
  } else if (claim_in_force(item, context_.now()) != nullptr) {
    entry.fate = Fate::skipped;
    entry.why = "it is claimed by " + item.holding->holder;
  } else {
    entry.fate = Fate::updated;
  }
}

// The links of the store that are still there when the updates have been written.
std::vector<graph::Arc> Importing::links_that_stay(LinkKind kind) const {
  std::set<std::int64_t> rewritten;
  std::set<graph::Arc> wanted;
  for (auto const& entry : entries_) {
    if (entry.number < 0 || entry.fate != Fate::updated) continue;
    rewritten.insert(entry.number);
    for (auto const& link : entry.record.links) {
      if (link.kind == kind) wanted.emplace(number_of(link.other), entry.number);
    }
  }
  auto arcs = store::all_links(context_.store(), kind);
  std::erase_if(arcs, [&](graph::Arc const& arc) { return rewritten.contains(arc.second) && !wanted.contains(arc); });
  return arcs;
}

bool Importing::is_of(Entry const& entry, Whose whose) const {
  bool const written = entry.fate == Fate::added || entry.fate == Fate::updated;
  return whose == Whose::written ? written : !written && entry.difference == Difference::links_at_most;
}

// Every item was judged before: a link that is not going to be written keeps no other one out.
void Importing::drop_circles(LinkKind kind) {
  auto present = links_that_stay(kind);
  drop_closing(present, kind, Whose::written);
  drop_closing(present, kind, Whose::left_alone);
}

void Importing::drop_closing(std::vector<graph::Arc>& present, LinkKind kind, Whose whose) {
  std::vector<graph::Arc> added;
  std::vector<std::pair<Entry*, std::size_t>> places;  // of each added arc: entry, position of its link
  std::set<graph::Arc> const known(present.begin(), present.end());
  for (auto& entry : entries_) {
    for (std::size_t i = 0; is_of(entry, whose) && i < entry.record.links.size(); ++i) {
      auto const& link = entry.record.links[i];
      graph::Arc const arc{number_of(link.other), entry.number};
      if (link.kind != kind || known.contains(arc)) continue;
      added.push_back(arc);
      places.emplace_back(&entry, i);
    }
  }
  // From the last to the first, so that the positions that are still to come stay true.
  auto const closing = graph::closing_arcs(present, added);
  for (auto at = closing.rbegin(); at != closing.rend(); ++at) {
    auto& [entry, position] = places[*at];
    auto const link = entry->record.links.begin() + static_cast<std::ptrdiff_t>(position);
    drop(entry->record, *link, "it would close a circle");
    entry->record.links.erase(link);
    added.erase(added.begin() + static_cast<std::ptrdiff_t>(*at));
  }
  present.insert(present.end(), added.begin(), added.end());
}

Result<void> Importing::settle(Entry& entry) {
  if (entry.number < 0) return {};
  if (entry.difference == Difference::links_at_most && entry.record.links.size() == entry.links_present)
    entry.fate = Fate::unchanged;
  return entry.fate == Fate::skipped ? skip(entry.record.id, entry.why) : Result<void>();
}

Result<void> Importing::skip(std::string const& id, std::string why) {
  if (request_.on_conflict == OnConflict::fail) {
    auto error = fail(ErrorCode::already_exists, id + ": " + why, {{"id", id}});
    error.hint = "--on-conflict skip keeps what is here, update takes what the file says";
    return error;
  }
  ++reply_.skipped;
  if (reply_.skipped_items.size() < kNotesShown) reply_.skipped_items.push_back({id, std::move(why)});
  return {};
}

void Importing::write_items() {
  for (auto& entry : entries_) {
    switch (entry.fate) {
      case Fate::added:
        ++reply_.added;
        break;
      case Fate::updated:
        ++reply_.updated;
        break;
      case Fate::unchanged:
        ++reply_.unchanged;
        continue;
      case Fate::skipped:
        continue;
    }
    write_item(entry);
    context_.affects(item_key(entry.record.id));
  }
}

void Importing::write_item(Entry& entry) {
  auto& database = context_.store();
  auto const& record = entry.record;
  std::vector<CommentView> present;
  if (entry.fate == Fate::added) {
    entry.number = store::insert(database, to_item(record), record.description, record.labels, context_.now().wall);
  } else {
    overwrite(entry, *store::find(database, entry.number));
    present = store::comments(database, entry.number, std::numeric_limits<std::int64_t>::max());
  }
  for (auto const& comment : record.comments) {
    auto const same = [&](CommentView const& one) {
      return one.at == comment.at && one.author == comment.author && one.text == comment.text;
    };
    if (std::ranges::none_of(present, same)) {
      store::add_comment(database, entry.number, {*comment.at, comment.author, comment.text});
    }
  }
}

void Importing::overwrite(Entry const& entry, store::Item item) {
  auto& database = context_.store();
  bool const was_live = rules::is_live(item.status);
  auto wanted = to_item(entry.record);
  wanted.number = item.number;
  wanted.token = item.token;
  store::save_facts(database, wanted, context_.now().wall);
  store::save_standing(database, wanted);
  store::set_description(database, item.number, entry.record.description);
  store::set_labels(database, item.number, entry.record.labels);
  store::reindex(database, item.number);
  if (was_live == rules::is_live(wanted.status)) return;
  for (auto const& one : store::count_blocker(database, item.number, was_live ? -1 : 1)) {
    context_.affects(item_key(one.id));
  }
}

void Importing::write_links() {
  for (auto const& entry : entries_) {
    if (entry.fate == Fate::updated) replace_links(entry);
  }
  for (auto const& entry : entries_) {
    if (entry.fate != Fate::added && entry.fate != Fate::updated) continue;
    for (auto const& link : entry.record.links) {
      store::insert_link(context_.store(), store::edge_of(link, entry.number, number_of(link.other)), *link.created_at,
                         link.created_by);
    }
  }
  for (auto const& [place, link] : left_over_) {
    auto const& entry = entries_[place];
    if (entry.fate == Fate::skipped) continue;
    store::insert_link(context_.store(), store::edge_of(link, entry.number, number_of(link.other)),
                       link.created_at ? *link.created_at : *entry.record.created_at, link.created_by);
  }
}

// What the file does not say goes; what it says is put in afterwards, with its own time and author.
void Importing::replace_links(Entry const& entry) {
  auto const item = *store::find(context_.store(), entry.number);
  for (auto const& link : store::record_of(context_.store(), item).links) {
    if (std::ranges::find(entry.record.links, link) != entry.record.links.end()) continue;
    store::remove_link(context_.store(), store::edge_of(link, entry.number, number_of(link.other)));
  }
}

}  // namespace decapod::todo
