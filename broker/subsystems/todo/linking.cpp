#include "linking.h"

#include <decapod/base/reflect.h>

#include "graph.h"
#include "present.h"

namespace decapod::todo {
namespace {

bool must_not_circle(LinkKind kind) {
  return kind == LinkKind::blocks || kind == LinkKind::parent_child;
}

Error cycle(contract::Context& context, LinkKind kind, std::vector<std::int64_t> const& path) {
  boost::json::array ids;
  std::string words;
  for (auto const number : path) {
    auto const id = store::find(context.store(), number)->id;
    if (!words.empty()) words += " > ";
    words += id;
    ids.emplace_back(id);
  }
  words += " > " + std::string(ids.front().as_string());
  ids.push_back(ids.front());
  auto const present =
      std::string(ids[0].as_string()) + ' ' + std::string(to_text(kind)) + ' ' + std::string(ids[1].as_string());
  auto error = fail(ErrorCode::link_cycle, "this would close a circle of " + std::string(to_text(kind)) + ": " + words,
                    {{"kind", to_text(kind)}, {"path", std::move(ids)}});
  error.hint = "take one of its links away first, such as `decapod todo unlink " + present + '`';
  return error;
}

Result<void> check_circle(contract::Context& context, LinkKind kind, store::Item const& source,
                          store::Item const& target) {
  if (!must_not_circle(kind)) return {};
  auto const path = graph::find_path(
      target.number, source.number, [&](std::int64_t number) { return store::targets(context.store(), kind, number); });
  if (path.empty()) return {};
  return cycle(context, kind, path);
}

Result<void> check_parent(contract::Context& context, LinkKind kind, store::Item const& target) {
  if (kind != LinkKind::parent_child) return {};
  auto const parent = store::parent(context.store(), target.number);
  if (!parent) return {};
  auto const id = store::find(context.store(), *parent)->id;
  auto error = fail(ErrorCode::refused, target.id + " is a part of " + id + " already: an item has one parent",
                    {{"id", target.id}, {"parent", id}});
  error.hint = "`decapod todo edit " + target.id + " --parent ID` moves it";
  return error;
}

void name_both(contract::Context& context, store::Item const& source, store::Item const& target) {
  for (auto const* item : {&source, &target}) {
    store::touch(context.store(), item->number, context.now().wall);
    context.affects(item_key(item->id));
  }
}

}  // namespace

Result<Linked> connect(contract::Context& context, LinkKind kind, store::Item const& source,
                       store::Item const& target) {
  if (source.number == target.number) {
    auto error = fail(ErrorCode::refused, source.id + " cannot be linked with itself", {{"id", source.id}});
    error.hint = "name two different items";
    return error;
  }
  if (store::has_link(context.store(), store::stored_form({kind, source.number, target.number}))) {
    return Linked::already;
  }
  DECAPOD_CHECK(check_parent(context, kind, target));
  DECAPOD_CHECK(check_circle(context, kind, source, target));
  store::insert_link(context.store(), {kind, source.number, target.number}, context.now().wall, context.caller().actor);
  name_both(context, source, target);
  return Linked::added;
}

bool disconnect(contract::Context& context, LinkKind kind, store::Item const& source, store::Item const& target) {
  bool const removed = store::remove_link(context.store(), {kind, source.number, target.number});
  if (removed) name_both(context, source, target);
  return removed;
}

}  // namespace decapod::todo
