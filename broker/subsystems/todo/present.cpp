#include "present.h"

#include <decapod/base/reflect.h>
#include <decapod/base/utf8.h>

#include <algorithm>

namespace decapod::todo {
namespace {

constexpr std::int64_t kLinksShown = 50;  // of each kind and direction
constexpr std::size_t kDescriptionShown = 8192;
constexpr std::size_t kCommentShown = 2048;

enum class End : std::uint8_t { source, target };

// Items at the other end of the links that have `number` at `here`.
std::vector<LinkView> linked(store::Database& database, LinkKind kind, std::int64_t number, End here,
                             Instant const& now) {
  static std::string const from_source = store::select_items(
      "FROM todo_link l JOIN todo_item i ON i.number = l.target WHERE l.kind = ? AND l.source = ?"
      " ORDER BY i.live DESC, i.id LIMIT ?");
  static std::string const from_target = store::select_items(
      "FROM todo_link l JOIN todo_item i ON i.number = l.source WHERE l.kind = ? AND l.target = ?"
      " ORDER BY i.live DESC, i.id LIMIT ?");
  std::vector<LinkView> found;
  auto rows = database.query(here == End::source ? from_source : from_target, to_text(kind), number, kLinksShown);
  while (rows.next()) {
    auto const item = store::row_to_item(rows);
    found.push_back({item.id, item.title, shown_status(item, now)});
  }
  return found;
}

LinksView links_of(store::Database& database, std::int64_t number, Instant const& now) {
  LinksView links{
      .parent = linked(database, LinkKind::parent_child, number, End::target, now),
      .children = linked(database, LinkKind::parent_child, number, End::source, now),
      .blocked_by = linked(database, LinkKind::blocks, number, End::target, now),
      .blocks = linked(database, LinkKind::blocks, number, End::source, now),
      .related = linked(database, LinkKind::related, number, End::source, now),
      .discovered_from = linked(database, LinkKind::discovered_from, number, End::source, now),
      .discoveries = linked(database, LinkKind::discovered_from, number, End::target, now),
  };
  std::ranges::move(linked(database, LinkKind::related, number, End::target, now), std::back_inserter(links.related));
  return links;
}

std::int64_t count_links(store::Database& database, std::int64_t number) {
  std::int64_t total = 0;
  for (auto const kind : reflect::enum_values<LinkKind>) {
    auto rows = database.query(
        "SELECT (SELECT count(*) FROM todo_link WHERE kind = ?1 AND source = ?2) +"
        " (SELECT count(*) FROM todo_link WHERE kind = ?1 AND target = ?2)",
        to_text(kind), number);
    rows.next();
    total += rows.integer(0);
  }
  return total;
}

// At most `size` bytes, cut between code points.
bool shorten(std::string& text, std::size_t size) {
  if (text.size() <= size) return false;
  text.resize(utf8_prefix(text, size).size());
  return true;
}

void shorten_texts(ItemView& view) {
  if (shorten(view.description, kDescriptionShown)) view.shortened.emplace_back("description");
  bool any = false;
  for (auto& comment : view.comments) any = shorten(comment.text, kCommentShown) || any;
  if (any) view.shortened.emplace_back("comments");
}

std::optional<ClaimView> claim_view(store::Item const& item, contract::Context& context) {
  if (!item.holding) return std::nullopt;
  auto const& held = *item.holding;
  ClaimView view{.holder = held.holder,
                 .session = held.session,
                 .claimed_at = held.claimed_at,
                 .expires_at = held.lease.wall,
                 .expired = rules::has_ended(held.lease, context.now()) ? Expired::yes : Expired::no};
  // A token tells a claim from those before it, not a friend from a stranger. Whoever lost the session that claimed, or
  // had none, reads it here; other actors have no use for it.
  auto const standing = rules::standing(held, context.caller());
  if (standing == rules::Standing::mine || standing == rules::Standing::other_session) view.token = held.token;
  return view;
}

}  // namespace

std::string item_key(std::string_view id) {
  return "todo/item/" + std::string(id);
}

rules::Holding const* claim_in_force(store::Item const& item, Instant const& now) {
  return item.holding && !rules::has_ended(item.holding->lease, now) ? &*item.holding : nullptr;
}

Status shown_status(store::Item const& item, Instant const& now) {
  return item.status == Status::claimed && claim_in_force(item, now) == nullptr ? Status::open : item.status;
}

Brief brief(store::Item const& item, Instant const& now) {
  Brief view{.id = item.id,
             .title = item.title,
             .type = item.type,
             .priority = item.priority,
             .status = shown_status(item, now),
             .due = item.due};
  if (auto const* held = claim_in_force(item, now)) view.holder = held->holder;
  if (item.open_blockers > 0 && rules::is_live(item.status)) view.open_blockers = item.open_blockers;
  if (item.defer_until && *item.defer_until > now.wall) view.defer_until = item.defer_until;
  return view;
}

std::vector<Brief> briefs(std::vector<store::Item> const& items, Instant const& now) {
  std::vector<Brief> views;
  views.reserve(items.size());
  for (auto const& item : items) views.push_back(brief(item, now));
  return views;
}

ItemView whole(contract::Context& context, store::Item const& item, Show const& how) {
  auto& database = context.store();
  ItemView view{.id = item.id,
                .title = item.title,
                .type = item.type,
                .priority = item.priority,
                .status = shown_status(item, context.now()),
                .claim = claim_view(item, context),
                .open_blockers = item.open_blockers,
                .labels = store::labels(database, item.number),
                .due = item.due,
                .defer_until = item.defer_until,
                .external_ref = item.external_ref,
                .created_at = item.created_at,
                .created_by = item.created_by,
                .updated_at = item.updated_at,
                .done_at = item.done_at,
                .done_by = item.done_by,
                .reason = item.reason,
                .origin = item.origin,
                .description = store::description(database, item.number),
                .links = links_of(database, item.number, context.now()),
                .links_total = count_links(database, item.number),
                .comments = store::comments(database, item.number, how.comments),
                .comments_total = store::count_comments(database, item.number)};
  if (how.full == Full::no) shorten_texts(view);
  return view;
}

}  // namespace decapod::todo
