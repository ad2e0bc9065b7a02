#pragma once
// What a request is about, where the policy has more to say of that than of its name.

#include <decapod/contract/subsystem.h>
#include <decapod/knowledge/entries.h>

namespace decapod::knowledge {

// What takes a procedural entry out of force is judged as what made it so, by the files that it rests on: a rule that
// took the operator's word is not dropped without it.
contract::Concern concern_of_supersede(contract::Context& context, Supersede const& request);
contract::Concern concern_of_expire(contract::Context& context, Expire const& request);

}  // namespace decapod::knowledge
