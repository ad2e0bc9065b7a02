#pragma once
// The lineage of what somebody wants to promote, put together from the store inside the request's own transaction: the
// store's side from the contract, the repository's side as it was told.

#include <decapod/contract/context.h>
#include <decapod/contract/subsystem.h>
#include <decapod/promote/requests.h>
#include <decapod/promote_lineage/lineage.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::promote {

// What is asked for, by either request.
struct Asked {
  Kind kind = Kind::workunit;
  std::vector<std::string> const& units;
  std::string const& revision;
  std::string const& tree;
  std::vector<std::string> const& sums;
  std::optional<Told> const& told;
};

template <class R>
Asked asked_in(R const& request) {
  return {request.kind, request.unit, request.revision, request.tree, request.sums, request.told};
}

// Everything but the approval. tree_unknown: nobody said what the repository shows. not_found: there is no such unit
// or entry, by its whole id. marker_unconfirmed, policy_invalid, promotion_altered: the store does not confirm a part
// of it.
Result<Lineage> read_lineage(contract::Context& context, Asked const& asked);

// Adds the approval by which the request was let in, and its record.
Result<void> add_approval(contract::Context& context, Lineage& lineage);

// The labels of every task and the paths that changed, or the files that an entry rests on: what the policy judges a
// record by.
contract::Concern concern_of(contract::Context& context, Record const& request);

}  // namespace decapod::promote
