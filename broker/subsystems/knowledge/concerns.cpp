#include "concerns.h"

#include <decapod/lookup/ids.h>

#include "store.h"

namespace decapod::knowledge {
namespace {

contract::Concern concern_of_end(contract::Context& context, std::string_view id) {
  contract::Concern concern;
  auto const number = lookup::resolve(context.store(), store::kEntries, id);
  if (!number) return concern;
  auto const entry = store::find(context.store(), *number);
  if (!entry || !entry->promotion) return concern;
  concern.operations.emplace_back(kBindingOperation);
  for (auto const& kept : store::sources(context.store(), *number)) {
    if (kept.source.kind == SourceKind::file) concern.paths.push_back(kept.source.value);
  }
  return concern;
}

}  // namespace

contract::Concern concern_of_supersede(contract::Context& context, Supersede const& request) {
  return concern_of_end(context, request.id);
}

contract::Concern concern_of_expire(contract::Context& context, Expire const& request) {
  return concern_of_end(context, request.id);
}

}  // namespace decapod::knowledge
