#include "concerns.h"

#include <decapod/governance/vocabulary.h>

#include <algorithm>
#include <set>

#include "risk_labels.h"
#include "store.h"
#include "store_transfer.h"

namespace decapod::todo {
namespace {

void lose_labels(contract::Concern& concern, std::vector<std::string> const& labels) {
  for (auto const& label : labels) {
    auto const risk = known_risk(label);
    if (!risk || *risk == governance::Risk::low) continue;
    concern.labels.push_back(label);
    concern.lowers = contract::Lowers::yes;
  }
}

// What of one list is not in the other.
template <class T>
std::vector<T> without(std::vector<T> const& one, std::vector<T> const& other) {
  std::vector<T> rest;
  for (auto const& value : one) {
    if (std::ranges::find(other, value) == other.end()) rest.push_back(value);
  }
  return rest;
}

// Links and comments by what they say, not by when it was said.
struct Said {
  std::vector<std::string> links;
  std::vector<std::string> comments;
};

Said said_in(ItemRecord const& record) {
  Said said;
  for (auto const& link : record.links) said.links.push_back(std::string(to_text(link.kind)) + ' ' + link.other);
  for (auto const& comment : record.comments) said.comments.push_back(comment.author + '\n' + comment.text);
  return said;
}

using Operations = std::set<std::string>;

void add_standing(Operations& found, Status before, Status after) {
  if (before == after) return;
  switch (after) {
    case Status::done:
      found.insert("todo.done");
      break;
    case Status::archived:
      found.insert("todo.archive");
      break;
    case Status::open:
      found.insert(before == Status::claimed ? "todo.release" : "todo.reopen");
      break;
    case Status::claimed:  // no import takes a claim
      break;
  }
}

void add_said(Operations& found, ItemRecord const& before, ItemRecord const& after) {
  auto const had = said_in(before);
  auto const has = said_in(after);
  if (!without(has.links, had.links).empty()) found.insert("todo.link");
  if (!without(had.links, has.links).empty()) found.insert("todo.unlink");
  if (!without(has.comments, had.comments).empty()) found.insert("todo.comment");
}

// Everything else that an item says of itself. Times that the line does not give are taken from what is here.
bool is_edited(ItemRecord const& before, ItemRecord after) {
  after.id = before.id;
  after.status = before.status;
  after.links = before.links;
  after.comments = before.comments;
  if (!after.created_at) after.created_at = before.created_at;
  if (!after.updated_at) after.updated_at = before.updated_at;
  std::ranges::sort(after.labels);
  return after != before;
}

void add_new(Operations& found, ItemRecord const& record) {
  found.insert("todo.add");
  add_standing(found, Status::open, record.status);
  add_said(found, {}, record);
}

void add_update(contract::Context& context, store::Item const& item, ItemRecord const& record, Operations& found,
                contract::Concern& concern) {
  auto const before = store::record_of(context.store(), item);
  add_standing(found, before.status, record.status);
  add_said(found, before, record);
  if (is_edited(before, record)) found.insert("todo.edit");
  lose_labels(concern, without(before.labels, record.labels));
}

}  // namespace

contract::Concern concern_of_add(contract::Context&, Add const& request) {
  bool const links = request.parent || !request.blocked_by.empty() || !request.blocks.empty() ||
                     !request.related.empty() || !request.discovered_from.empty();
  contract::Concern concern;
  if (links) concern.operations.emplace_back("todo.link");
  return concern;
}

contract::Concern concern_of_edit(contract::Context&, Edit const& request) {
  contract::Concern concern;
  lose_labels(concern, request.remove_label);
  if (request.parent) concern.operations.emplace_back("todo.link");
  if (std::ranges::find(request.clear, Clearable::parent) != request.clear.end()) {
    concern.operations.emplace_back("todo.unlink");
  }
  return concern;
}

contract::Concern concern_of_next(contract::Context&, Next const& request) {
  contract::Concern concern;
  if (request.claim == Take::yes) concern.operations.emplace_back("todo.claim");
  return concern;
}

contract::Concern concern_of_import(contract::Context& context, Import const& request) {
  contract::Concern concern;
  Operations found;
  for (auto const& record : request.items) {
    auto const item = store::find_exactly(context.store(), record.id);
    if (!item)
      add_new(found, record);
    else if (request.on_conflict == OnConflict::update)
      add_update(context, *item, record, found, concern);
  }
  concern.operations.assign(found.begin(), found.end());
  return concern;
}

}  // namespace decapod::todo
