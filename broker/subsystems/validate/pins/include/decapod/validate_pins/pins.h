#pragma once
// Judges the pinned checkpoints of a tree against the store, or against its absence.

#include <decapod/audit/checkpoint.h>
#include <decapod/audit/ended_line.h>
#include <decapod/validate/requests.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace decapod::validate {

// The store's side of the comparison.
struct PinnedStore {
  std::string uuid;
  std::uint64_t chain_size = 0;
  // The chain's head when it had this many records, also none; nullopt if it has fewer.
  std::function<std::optional<Sha256>(std::uint64_t)> hash_at_size;
  // Asked about pins that disagree, or are of another store.
  std::function<std::optional<audit::Explanation>(audit::Checkpoint const&)> explain;
  std::string state_directory;
};

struct PinCase {
  std::vector<PinFile> const& pins;
  // UUIDs of the stores that were made in this clone. A pin of one that is not the present store tells that the store
  // was lost or replaced; a pin of any other was brought along by a clone.
  std::vector<std::string> const& made_here;
  RequirePin require_pin = RequirePin::no;
};

// The gate "audit.pins", of which nothing is judged yet.
GateReport pins_gate();

// Judges it. Codes: PIN_UNREADABLE, PIN_BROKEN (the chain does not agree), PIN_OF_ENDED_LINE (it does not,
// and a recorded restore says why), STORE_REPLACED, and with require_pin PIN_OF_ANOTHER_STORE and PIN_MISSING.
// not_applicable when there is neither a pin nor the wish for one. `store` is nullptr where there is none. Whatever its
// functions throw passes through.
GateReport judge_pins(PinCase const& facts, PinnedStore const* store);

}  // namespace decapod::validate
