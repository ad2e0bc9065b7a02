#pragma once
// What the verbs do with the checkpoints that are pinned in the tree.

#include <decapod/cli_kit/verb.h>

namespace decapod::inspect {

// Of `verify`: every pinned checkpoint, and the one that --against names, each once. One that cannot be read may be the
// one that disagrees, so that is an error.
Result<void> gather_checkpoints(cli::Surroundings& around, json::object& arguments);

// Of `checkpoint --pin`: the pins that can be read; and the new one, written once it is known.
Result<void> gather_pins(cli::Surroundings& around, json::object& arguments);
Result<void> write_pin(cli::Surroundings& around, json::object const& arguments, json::object& reply);

// Of `restore`: which pins disagree with the line that is there now, or are of the store that was there before.
Result<void> name_refused_pins(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::inspect
