#pragma once
// Making and breaking links, with the rules that hold for them: no circle of blockers or of parents, one parent.

#include "store_links.h"

namespace decapod::todo {

enum class Linked : std::uint8_t { added, already };

// `source` kind `target`. link_cycle: the details hold the path that the new link would close. refused: an item with
// itself, or a second parent. Names both items as affected when something changed.
Result<Linked> connect(contract::Context& context, LinkKind kind, store::Item const& source, store::Item const& target);
// Whether there was such a link.
bool disconnect(contract::Context& context, LinkKind kind, store::Item const& source, store::Item const& target);

}  // namespace decapod::todo
