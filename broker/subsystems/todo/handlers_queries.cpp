#include <decapod/lookup/search.h>

#include "cursor.h"
#include "handlers.h"
#include "present.h"
#include "store_claims.h"
#include "store_history.h"
#include "store_ids.h"
#include "store_lists.h"
#include "store_stats.h"

namespace decapod::todo {
namespace {

// Leases and deferrals end without anybody writing: the reply is true until the next one does.
void depends_on_clock(contract::Context& context) {
  if (auto const until = store::next_change(context.store(), context.now())) context.valid_until(*until);
}

Result<std::optional<std::int64_t>> number_of(contract::Context& context, std::optional<std::string> const& id) {
  std::optional<std::int64_t> number;
  if (!id) return number;
  DECAPOD_TRY(auto const item, store::resolve(context.store(), *id));
  return std::optional(item.number);
}

}  // namespace

Result<ShowReply> show(contract::Context& context, Show const& request) {
  DECAPOD_TRY(auto const item, store::resolve(context.store(), request.id));
  depends_on_clock(context);
  return ShowReply{whole(context, item, request)};
}

Result<ListReply> list(contract::Context& context, List const& request) {
  if (request.all == All::yes && !request.status.empty()) {
    auto error = fail(ErrorCode::bad_request, "--all asks for every state and --status for some: give one of them",
                      {{"options", {"--all", "--status"}}});
    error.hint = "leave out --all; --status may be repeated: --status open --status done";
    return error;
  }
  DECAPOD_TRY(auto const parent, number_of(context, request.parent));
  std::optional<PageEnd> after;
  if (request.cursor) {
    DECAPOD_TRY(after, from_cursor(request, *request.cursor));
  }
  depends_on_clock(context);
  auto const page = store::list(context.store(), request, parent, after, context.now());
  ListReply reply{.items = briefs(page.items, context.now()), .total = page.total, .counted = page.counted};
  if (page.end) {
    reply.truncated = Truncated::yes;
    reply.next_cursor = to_cursor(request, *page.end);
  }
  return reply;
}

Result<ReadyReply> ready(contract::Context& context, Ready const& request) {
  DECAPOD_TRY(auto const parent, number_of(context, request.parent));
  depends_on_clock(context);
  store::ReadyFilter const filter{request.type, request.label, request.priority, parent};
  auto items = store::ready(context.store(), filter, context.now(), request.limit + 1, store::Reach::beginning);
  ReadyReply reply;
  if (!filter.is_empty() && store::goes_beyond_beginning(context.store())) reply.truncated = Truncated::yes;
  if (static_cast<std::int64_t>(items.size()) > request.limit) {
    items.pop_back();
    reply.truncated = Truncated::yes;
  }
  reply.items = briefs(items, context.now());
  return reply;
}

Result<SearchReply> search(contract::Context& context, Search const& request) {
  DECAPOD_TRY(auto const query, lookup::asked_query(request.words, "decapod todo search parser"));
  depends_on_clock(context);
  auto const found = store::search(context.store(), query, request.all, request.limit);
  return SearchReply{briefs(found.items, context.now()), found.truncated};
}

Result<HistoryReply> history(contract::Context& context, History const& request) {
  DECAPOD_TRY(auto const item, store::resolve(context.store(), request.id));
  HistoryReply reply{.id = item.id,
                     .entries = store::history(context.store(), item.id, request.before, request.limit + 1)};
  if (static_cast<std::int64_t>(reply.entries.size()) > request.limit) {
    reply.entries.pop_back();
    reply.truncated = Truncated::yes;
    reply.next_before = reply.entries.back().sequence;
  }
  return reply;
}

Result<StatsReply> stats(contract::Context& context, Stats const& /*request*/) {
  depends_on_clock(context);
  return store::stats(context.store(), context.now());
}

}  // namespace decapod::todo
