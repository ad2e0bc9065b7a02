#pragma once
// Records of the chain of mutations, as a lineage keeps them.

#include <decapod/contract/context.h>
#include <decapod/promote_lineage/bundle.h>

#include <string>
#include <string_view>

namespace decapod::promote {

// The record under this marker. marker_unconfirmed: the store confirms no such commit. promotion_altered: its hash does
// not follow from its bytes, or the row of the ledger is another request's.
Result<RecordPart> record_at(contract::Context& context, std::string_view what, Marker marker);

// Adds the records that name `key`, if there are any: the first one, and the newest.
Result<void> add_first(contract::Context& context, std::string_view what, std::string const& key, Lineage& lineage);
Result<void> add_newest(contract::Context& context, std::string_view what, std::string const& key, Lineage& lineage);
Result<void> add_at(contract::Context& context, std::string_view what, std::string_view marker, Lineage& lineage);

// Each record once, in the order of the chain; of two names for one it keeps the first.
void put_in_order(Lineage& lineage);

// The ledger's row for a record of the trail; marker_unconfirmed.
Result<LedgerPart> ledger_row(contract::Context& context, RecordPart const& record);

}  // namespace decapod::promote
