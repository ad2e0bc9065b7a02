#pragma once
// What the policy is told of requests that do the work of several operations, or would make a task less risky.

#include <decapod/contract/subsystem.h>
#include <decapod/todo/claims.h>
#include <decapod/todo/items.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

// A link that comes with a new item is a link.
contract::Concern concern_of_add(contract::Context& context, Add const& request);
// Taking a risk label off an item is as risky as the label says, and takes an approval: nobody talks a task down to get
// around the policy. Adding one only ever raises the risk, and concerns nobody; a label that names no risk may go.
contract::Concern concern_of_edit(contract::Context& context, Edit const& request);
// With --claim it claims.
contract::Concern concern_of_next(contract::Context& context, Next const& request);
// Each line as what it does to the item that is here: whatever a command would do, and the risk labels that it loses.
contract::Concern concern_of_import(contract::Context& context, Import const& request);

}  // namespace decapod::todo
