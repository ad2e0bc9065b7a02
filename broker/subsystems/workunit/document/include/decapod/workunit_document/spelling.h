#pragma once
// The one spelling of .decapod/workunits/ID.json.

#include <decapod/base/json.h>

#include <string>

namespace decapod::workunit {

// One member a line, in the document's order: what git shows of a change is what has changed.
std::string file_text(json::object const& document);

}  // namespace decapod::workunit
