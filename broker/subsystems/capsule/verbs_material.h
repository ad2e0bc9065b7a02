#pragma once
// What the repository gives to a capsule, read before any lock is tried.

#include <decapod/cli_kit/revision.h>
#include <decapod/cli_kit/surroundings.h>

namespace decapod::capsule {

// Fills Issue::material, if the policy grants what is asked for and HEAD names a revision. Otherwise it is left out,
// and the handler says why: only its refusal counts, and a request id that was used before still gets its stored reply.
// Errors: too_large (the scope has more documents, or more text, than is read); those of cli_kit/revision.h.
Result<void> gather_material(cli::Surroundings& around, json::object& arguments);

// Fills Verify::found with what the stored capsule's inputs give at its own revision, and Verify::head. What this clone
// does not have is left out.
Result<void> gather_again(cli::Surroundings& around, json::object& arguments);

}  // namespace decapod::capsule
