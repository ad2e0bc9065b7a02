#include <decapod/lookup/cursor.h>
#include <decapod/lookup/ids.h>
#include <decapod/lookup/search.h>

#include "handlers.h"
#include "present.h"
#include "store_lists.h"

namespace decapod::knowledge {
namespace {

// Entries expire without anybody writing: the reply is true until the next one does.
void depends_on_clock(contract::Context& context) {
  if (auto const until = store::next_expiry(context.store(), context.now().wall)) context.valid_until(*until);
}

template <class Request>
Result<std::optional<std::int64_t>> position(Request const& request) {
  std::optional<std::int64_t> before;
  if (request.cursor) {
    DECAPOD_TRY(before, lookup::from_cursor(lookup::filters_of(request), *request.cursor));
  }
  return before;
}

template <class Reply, class Request>
void lead_on(Reply& reply, Request const& request, std::optional<std::int64_t> end) {
  if (!end) return;
  reply.truncated = Truncated::yes;
  reply.next_cursor = lookup::to_cursor(lookup::filters_of(request), *end);
}

}  // namespace

Result<ShowReply> show(contract::Context& context, Show const& request) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kEntries, request.id));
  depends_on_clock(context);
  return ShowReply{whole(context, *store::find(context.store(), number), request)};
}

Result<ListReply> list(contract::Context& context, List const& request) {
  if (request.all == All::yes && request.state) {
    auto error = fail(ErrorCode::bad_request, "--all asks for every state and --state for one: give one of them",
                      {{"options", {"--all", "--state"}}});
    error.hint = "leave out --all, or --state";
    return error;
  }
  DECAPOD_TRY(auto const before, position(request));
  depends_on_clock(context);
  auto const page = store::list(context.store(), request, before, context.now().wall);
  ListReply reply;
  for (auto const& entry : page.entries) reply.entries.push_back(brief(context.store(), entry, context.now().wall));
  lead_on(reply, request, page.end);
  return reply;
}

Result<SearchReply> search(contract::Context& context, Search const& request) {
  DECAPOD_TRY(auto const query, lookup::asked_query(request.words, "decapod knowledge search lock"));
  depends_on_clock(context);
  auto const matches = store::search(context.store(), query, request, context.now().wall);
  SearchReply reply{.entries = {}, .truncated = matches.truncated};
  for (auto const& [entry, excerpt] : matches.found) {
    reply.entries.push_back({.id = entry.id,
                             .title = entry.title,
                             .kind = entry.kind,
                             .grade = entry.grade(),
                             .state = rules::state_of(entry.standing(), context.now().wall),
                             .excerpt = excerpt});
  }
  return reply;
}

// The command holds each file against it afterwards: the broker reads none.
Result<VerifyReply> verify(contract::Context& context, Verify const& request) {
  std::optional<std::int64_t> entry;
  if (request.id) {
    DECAPOD_TRY(entry, lookup::resolve(context.store(), store::kEntries, *request.id));
  }
  DECAPOD_TRY(auto const before, position(request));
  depends_on_clock(context);
  auto page = store::files(context.store(), entry, before, request.limit, context.now().wall);
  VerifyReply reply{.files = std::move(page.files)};
  lead_on(reply, request, page.end);
  return reply;
}

}  // namespace decapod::knowledge
