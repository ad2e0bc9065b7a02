#pragma once
// The bounds of an imported item: the same that `add` has.

#include <decapod/base/result.h>
#include <decapod/todo/transfer.h>

namespace decapod::todo {

// bad_request names the item and the field.
Result<void> check_bounds(ItemRecord const& record);

}  // namespace decapod::todo
