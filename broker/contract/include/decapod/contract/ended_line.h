#pragma once
// What the recorded restores of a trail say of the lines of commits that they ended (replaced_store.h), as an
// audit::Explanation: see there what it is worth.

#include <decapod/contract/context.h>

#include <optional>

// Whoever asks sees them; the other users of the contract need not.
namespace decapod::audit {
struct Checkpoint;
struct Explanation;
}  // namespace decapod::audit

namespace decapod::contract {

// nullopt: no restore on record has to do with the place of this pin. A record that cannot be read explains none.
// Throws storage::Failure.
std::optional<audit::Explanation> explain_by_restore(Context& context, audit::Checkpoint const& pin);

}  // namespace decapod::contract
