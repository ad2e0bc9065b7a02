#include "verification.h"

#include <decapod/ledger/trail.h>

namespace decapod::inspect {
namespace {

using audit::Chain;

Error broken(audit::Break const& found) {
  return fail(ErrorCode::audit_broken, found.message,
              {{"chain", to_text(found.chain)}, {"kind", to_text(found.kind)}, {"sequence", found.sequence}});
}

Result<ChainState> walk(contract::Context& context, Chain chain) {
  auto const walked = ledger::verify_chain(context.store(), chain, context.facts().store_uuid);
  if (walked.first_break) return broken(*walked.first_break);
  return ChainState{.chain = std::string(to_text(chain)), .size = walked.head.size, .head = hex(walked.head.head)};
}

}  // namespace

std::optional<audit::Break> against_checkpoint(contract::Context& context, audit::Checkpoint const& checkpoint,
                                               std::uint64_t chain_size) {
  return audit::compare(checkpoint, ledger::hash_at(context.store(), Chain::mutations, checkpoint.mutations.size), chain_size);
}

Result<VerifyReply> verify(contract::Context& context, BrokerVerify const& request) {
  VerifyReply reply{.store_uuid = context.facts().store_uuid, .generation = context.facts().generation};
  for (auto const chain : {Chain::mutations, Chain::reads}) {
    DECAPOD_TRY(auto state, walk(context, chain));
    reply.chains.push_back(std::move(state));
  }
  for (auto const& text : request.checkpoints) {
    DECAPOD_TRY(auto const pinned, audit::parse_checkpoint(text));
    if (pinned.store_uuid != reply.store_uuid) {
      reply.notices.push_back("a pinned checkpoint belongs to another store, " + pinned.store_uuid);
      continue;
    }
    if (auto const found = against_checkpoint(context, pinned, reply.chains.front().size)) return broken(*found);
    ++reply.checkpoints;
  }
  return reply;
}

}  // namespace decapod::inspect
