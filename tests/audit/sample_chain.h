#pragma once
// Records and chains made to measure.

#include <decapod/audit/chain.h>

#include <optional>
#include <vector>

namespace decapod::audit {

inline constexpr std::string_view kStore = "0190a1b2-c3d4-7e5f-8a6b-0123456789ab";

// The `number`-th record: every field is set, and no two records are alike.
Record sample_record(std::uint64_t number);

// `count` records, chained from the genesis of kStore.
std::vector<StoredRecord> sample_chain(std::uint64_t count, Chain chain = Chain::mutations);

// What a verifier that starts at the genesis says of these records.
std::optional<Break> verify(std::vector<StoredRecord> const& records, Chain chain = Chain::mutations);

}  // namespace decapod::audit
