#include "handlers.h"
#include "linking.h"
#include "store_ids.h"

namespace decapod::todo {
namespace {

LinkReply tell(contract::Context& context, LinkKind kind, store::Item const& source, store::Item const& target,
               bool changed) {
  LinkReply reply{source.id, kind, target.id, changed ? Changed::yes : Changed::no, std::nullopt};
  if (kind == LinkKind::blocks) reply.open_blockers = store::find(context.store(), target.number)->open_blockers;
  return reply;
}

}  // namespace

Result<LinkReply> link(contract::Context& context, Link const& request) {
  DECAPOD_TRY(auto const source, store::resolve(context.store(), request.from));
  DECAPOD_TRY(auto const target, store::resolve(context.store(), request.to));
  DECAPOD_TRY(auto const linked, connect(context, request.kind, source, target));
  return tell(context, request.kind, source, target, linked == Linked::added);
}

Result<LinkReply> unlink(contract::Context& context, Unlink const& request) {
  DECAPOD_TRY(auto const source, store::resolve(context.store(), request.from));
  DECAPOD_TRY(auto const target, store::resolve(context.store(), request.to));
  return tell(context, request.kind, source, target, disconnect(context, request.kind, source, target));
}

}  // namespace decapod::todo
