#pragma once
// A page of `broker audit` that is as long as was asked for.

#include <decapod/cli_kit/surroundings.h>

namespace decapod::inspect {

// The broker looks at a bounded number of records for one answer, so that nobody waits for a question about the far
// past. Here the question goes on where an answer ended, until the page is full, the trail is at its end, or the
// deadline is near: then next_cursor stays in `reply`, and says where to go on. What cannot be asked any more is no
// error: what was found is a page.
void fill_page(cli::Surroundings& around, json::object const& arguments, json::object& reply);

}  // namespace decapod::inspect
