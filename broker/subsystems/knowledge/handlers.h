#pragma once
// One handler a request type. Each runs inside the broker's transaction; a returned Error undoes what it did.

#include <decapod/contract/context.h>
#include <decapod/knowledge/entries.h>
#include <decapod/knowledge/queries.h>

namespace decapod::knowledge {

Result<EntryReply> add(contract::Context& context, Add const& request);
Result<SupersedeReply> supersede(contract::Context& context, Supersede const& request);
Result<EntryReply> expire(contract::Context& context, Expire const& request);

Result<ShowReply> show(contract::Context& context, Show const& request);
Result<ListReply> list(contract::Context& context, List const& request);
Result<SearchReply> search(contract::Context& context, Search const& request);
Result<VerifyReply> verify(contract::Context& context, Verify const& request);

}  // namespace decapod::knowledge
