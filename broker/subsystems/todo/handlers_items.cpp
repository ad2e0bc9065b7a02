#include <decapod/base/reflect.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "handlers.h"
#include "linking.h"
#include "present.h"
#include "risk_labels.h"
#include "standing.h"
#include "store_ids.h"
#include "store_index.h"

namespace decapod::todo {
namespace {

enum class Side : std::uint8_t { source, target };  // which end of the link the new item is

struct NewLink {
  LinkKind kind;
  Side side;
  store::Item other;
};

// Looked up before the new item is there: a prefix of its id, which nobody knows yet, is not meant.
Result<std::vector<NewLink>> links_of(contract::Context& context, Add const& request) {
  std::vector<NewLink> links;
  auto const look_up = [&](LinkKind kind, Side side, std::vector<std::string> const& ids) -> Result<void> {
    for (auto const& id : ids) {
      DECAPOD_TRY(auto other, store::resolve(context.store(), id));
      links.push_back({kind, side, std::move(other)});
    }
    return {};
  };
  std::vector<std::string> parents;
  if (request.parent) parents.push_back(*request.parent);
  DECAPOD_CHECK(look_up(LinkKind::parent_child, Side::target, parents));
  DECAPOD_CHECK(look_up(LinkKind::blocks, Side::target, request.blocked_by));
  DECAPOD_CHECK(look_up(LinkKind::blocks, Side::source, request.blocks));
  DECAPOD_CHECK(look_up(LinkKind::related, Side::source, request.related));
  DECAPOD_CHECK(look_up(LinkKind::discovered_from, Side::source, request.discovered_from));
  return links;
}

Result<void> connect_new(contract::Context& context, store::Item const& item, std::vector<NewLink> const& links) {
  for (auto const& link : links) {
    bool const first = link.side == Side::source;
    DECAPOD_CHECK(connect(context, link.kind, first ? item : link.other, first ? link.other : item));
  }
  return {};
}

Result<void> check_title(std::string const& title) {
  if (title.find_first_of("\n\r") == std::string::npos) return {};
  auto error = fail(ErrorCode::bad_request, "a title is one line, and this one has a line break", {{"field", "title"}});
  error.hint = "put what follows the first line into --description";
  return error;
}

// One value of an edit: assigns it and notes its name if it differs.
template <class Member, class Value>
void change(Member& member, std::optional<Value> const& value, std::string_view name,
            std::vector<std::string>& changed) {
  if (!value || member == *value) return;
  member = *value;
  changed.emplace_back(name);
}

template <class Member>
void clear(std::optional<Member>& member, Clearable which, std::vector<Clearable> const& asked,
           std::vector<std::string>& changed) {
  if (!member || std::ranges::find(asked, which) == asked.end()) return;
  member.reset();
  changed.emplace_back(to_text(which));
}

void edit_columns(contract::Context& context, store::Item& item, Edit const& request,
                  std::vector<std::string>& changed) {
  auto const order_of = [](store::Item const& one) { return std::tuple(one.priority, one.due, one.defer_until); };
  auto const before = order_of(item);
  change(item.title, request.title, "title", changed);
  change(item.type, request.type, "type", changed);
  change(item.priority, request.priority, "priority", changed);
  change(item.due, request.due, "due", changed);
  change(item.defer_until, request.defer_until, "defer-until", changed);
  change(item.external_ref, request.external_ref, "external-ref", changed);
  clear(item.due, Clearable::due, request.clear, changed);
  clear(item.defer_until, Clearable::defer_until, request.clear, changed);
  clear(item.external_ref, Clearable::external_ref, request.clear, changed);
  if (changed.empty()) return;
  auto const order = order_of(item) == before ? store::Order::kept : store::Order::changed;
  store::save_edit(context.store(), item, order, context.now().wall);
}

void edit_description(contract::Context& context, store::Item const& item, Edit const& request,
                      std::vector<std::string>& changed) {
  auto const now = store::description(context.store(), item.number);
  auto wanted = request.description.value_or(now);
  if (std::ranges::find(request.clear, Clearable::description) != request.clear.end()) wanted.clear();
  if (wanted == now) return;
  store::set_description(context.store(), item.number, wanted);
  changed.emplace_back("description");
}

Result<void> edit_labels(contract::Context& context, store::Item const& item, Edit const& request,
                         std::vector<std::string>& changed) {
  auto const now = store::labels(context.store(), item.number);
  std::set<std::string> wanted(now.begin(), now.end());
  wanted.insert(request.add_label.begin(), request.add_label.end());
  for (auto const& label : request.remove_label) wanted.erase(label);
  if (static_cast<std::int64_t>(wanted.size()) > kLabelsMax) {
    return fail(ErrorCode::bad_request, "an item has at most " + std::to_string(kLabelsMax) + " labels");
  }
  std::vector<std::string> const labels(wanted.begin(), wanted.end());
  if (labels == now) return {};
  store::set_labels(context.store(), item.number, labels);
  changed.emplace_back("labels");
  return {};
}

Result<void> edit_parent(contract::Context& context, store::Item& item, Edit const& request,
                         std::vector<std::string>& changed) {
  auto const now = store::parent(context.store(), item.number);
  bool const drop = std::ranges::find(request.clear, Clearable::parent) != request.clear.end();
  if (!request.parent && !(drop && now)) return {};
  std::optional<store::Item> wanted;
  if (request.parent) {
    DECAPOD_TRY(wanted, store::resolve(context.store(), *request.parent));
    if (now == wanted->number) return {};
  }
  if (now) disconnect(context, LinkKind::parent_child, *store::find(context.store(), *now), item);
  if (wanted) {
    DECAPOD_CHECK(connect(context, LinkKind::parent_child, *wanted, item));
  }
  changed.emplace_back("parent");
  item = *store::find(context.store(), item.number);  // whatever the links have changed of it
  return {};
}

Error contradiction(std::string const& what) {
  return fail(ErrorCode::bad_request, "the request contradicts itself: " + what);
}

// Which of two wishes counts must not depend on the order in which they are looked at.
Result<void> check_wishes(Edit const& request) {
  auto const cleared = [&](Clearable which) { return std::ranges::find(request.clear, which) != request.clear.end(); };
  struct Wish {
    Clearable which;
    bool given;
  };
  for (auto const& [which, given] :
       {Wish{Clearable::due, request.due.has_value()}, Wish{Clearable::defer_until, request.defer_until.has_value()},
        Wish{Clearable::external_ref, request.external_ref.has_value()},
        Wish{Clearable::description, request.description.has_value()},
        Wish{Clearable::parent, request.parent.has_value()}}) {
    if (given && cleared(which)) return contradiction("'" + std::string(to_text(which)) + "' is set and cleared");
  }
  for (auto const& label : request.add_label) {
    if (std::ranges::find(request.remove_label, label) == request.remove_label.end()) continue;
    return contradiction("label '" + label + "' is added and removed");
  }
  return {};
}

bool touches_search(std::vector<std::string> const& changed) {
  return std::ranges::any_of(
      changed, [](std::string const& name) { return name == "title" || name == "description" || name == "labels"; });
}

}  // namespace

Result<ItemReply> add(contract::Context& context, Add const& request) {
  DECAPOD_CHECK(check_title(request.title));
  DECAPOD_CHECK(check_risk_labels(request.label));
  DECAPOD_TRY(auto const links, links_of(context, request));
  auto const now = context.now().wall;
  store::Item item{.id = store::next_id(context.store(), context.facts()),
                   .title = request.title,
                   .type = request.type,
                   .priority = request.priority,
                   .due = request.due,
                   .defer_until = request.defer_until,
                   .external_ref = request.external_ref,
                   .created_at = now,
                   .created_by = context.caller().actor,
                   .updated_at = now};
  item.number = store::insert(context.store(), item, request.description, request.label, now);
  context.affects(item_key(item.id));
  DECAPOD_CHECK(connect_new(context, item, links));
  // Whatever else it was connected with, the new item itself is as it was put in.
  if (!request.blocked_by.empty()) item = *store::find(context.store(), item.number);
  return ItemReply{.item = brief(item, context.now())};
}

Result<EditReply> edit(contract::Context& context, Edit const& request) {
  DECAPOD_CHECK(check_wishes(request));
  DECAPOD_TRY(auto item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_token(context, item, request.token));
  if (request.title) DECAPOD_CHECK(check_title(*request.title));
  DECAPOD_CHECK(check_risk_labels(request.add_label));
  std::vector<std::string> changed;
  edit_columns(context, item, request, changed);
  bool const touched = !changed.empty();
  edit_description(context, item, request, changed);
  DECAPOD_CHECK(edit_labels(context, item, request, changed));
  DECAPOD_CHECK(edit_parent(context, item, request, changed));
  if (!changed.empty()) {
    if (touches_search(changed)) store::reindex(context.store(), item.number);
    if (!touched) store::touch(context.store(), item.number, context.now().wall);
    context.affects(item_key(item.id));
  }
  return EditReply{brief(item, context.now()), std::move(changed)};
}

Result<CommentReply> comment(contract::Context& context, Comment const& request) {
  DECAPOD_TRY(auto const item, store::resolve(context.store(), request.id));
  DECAPOD_CHECK(check_token(context, item, request.token));
  say(context, item, request.text);
  store::touch(context.store(), item.number, context.now().wall);
  context.affects(item_key(item.id));
  return CommentReply{item.id, store::count_comments(context.store(), item.number)};
}

}  // namespace decapod::todo
