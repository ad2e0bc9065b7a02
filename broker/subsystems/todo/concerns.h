#pragma once
// What the policy is told of requests that would make a task less risky.

#include <decapod/contract/subsystem.h>
#include <decapod/todo/items.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

// Taking a risk label off an item is as risky as the label says: nobody talks a task down to get around the policy. The
// same for an import that takes the place of what is here. Adding one only ever raises the risk, and concerns nobody.
contract::Concern concern_of_edit(contract::Context& context, Edit const& request);
contract::Concern concern_of_import(contract::Context& context, Import const& request);

}  // namespace decapod::todo
