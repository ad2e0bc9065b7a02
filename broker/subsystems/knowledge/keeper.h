#pragma once
// What other subsystems may ask about entries, and the one way to make one procedural.

#include <decapod/contract/knowledge.h>

namespace decapod::knowledge {

extern contract::KnowledgeKeeper const keeper;

}  // namespace decapod::knowledge
