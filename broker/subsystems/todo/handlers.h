#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/contract/context.h>
#include <decapod/todo/claims.h>
#include <decapod/todo/items.h>
#include <decapod/todo/links.h>
#include <decapod/todo/queries.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

Result<ItemReply> add(contract::Context& context, Add const& request);
Result<EditReply> edit(contract::Context& context, Edit const& request);
Result<CommentReply> comment(contract::Context& context, Comment const& request);
Result<DoneReply> done(contract::Context& context, Done const& request);
Result<ItemReply> reopen(contract::Context& context, Reopen const& request);
Result<ItemReply> archive(contract::Context& context, Archive const& request);

Result<ClaimReply> claim(contract::Context& context, Claim const& request);
Result<NextReply> next(contract::Context& context, Next const& request);
Result<NextReply> peek(contract::Context& context, Peek const& request);
Result<RenewReply> renew(contract::Context& context, Renew const& request);
Result<ItemReply> release(contract::Context& context, Release const& request);
Result<HandoffReply> handoff(contract::Context& context, Handoff const& request);
Result<ReclaimReply> reclaim(contract::Context& context, Reclaim const& request);

Result<LinkReply> link(contract::Context& context, Link const& request);
Result<LinkReply> unlink(contract::Context& context, Unlink const& request);

Result<ShowReply> show(contract::Context& context, Show const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<ReadyReply> ready(contract::Context& context, Ready const& request);
Result<SearchReply> search(contract::Context& context, Search const& request);
Result<HistoryReply> history(contract::Context& context, History const& request);
Result<StatsReply> stats(contract::Context& context, Stats const& request);

Result<ExportReply> export_items(contract::Context& context, Export const& request);
Result<ImportReply> import_items(contract::Context& context, Import const& request);

}  // namespace decapod::todo
