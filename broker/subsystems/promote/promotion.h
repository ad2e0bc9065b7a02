#pragma once
// A promotion that was recorded, as far as the store confirms it.

#include <decapod/contract/context.h>
#include <decapod/contract/work.h>
#include <decapod/promote_lineage/bundle.h>

#include <optional>
#include <string_view>

#include "store.h"

namespace decapod::promote {

inline constexpr std::string_view kSealOperation = "promote.seal";
// The key by which the record of the seal names the promotion.
std::string seal_key(std::string_view id);

inline constexpr std::size_t kLineageBytesMax = 4UL * 1024 * 1024;

struct Promotion {
  store::Row row;
  Lineage lineage;
  RecordPart record;  // that it left in the trail
};

// not_found, ambiguous_id. promotion_altered, marker_unconfirmed: the row is not what its commit recorded.
Result<Promotion> load(contract::Context& context, std::string_view id);
Result<Promotion> confirmed(contract::Context& context, store::Row row);

// The operator's seal on it; nullopt: there is none. promotion_altered: what is in its place is not what the operator
// signed of this lineage and its record, or not what the commit under its marker recorded.
Result<std::optional<store::SealRow>> confirmed_seal(contract::Context& context, store::Row const& row);

// Whether the operator has signed it, or has to before it counts. What is no seal of the operator's is none.
Sealed sealed_of(contract::Context& context, store::Row const& row, Lineage const& lineage);

Brief brief_of(contract::Context& context, store::Row const& row, Lineage const& lineage);

// contract::lineage_steps().
Result<std::vector<contract::LineageStep>> lineage_steps(contract::Context& context, std::string_view id);

}  // namespace decapod::promote
