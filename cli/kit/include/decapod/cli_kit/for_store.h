#pragma once
// Commands that a hint tells somebody to run for the store that a command looked for.

#include <decapod/cli_kit/surroundings.h>
#include <string>
#include <string_view>

namespace decapod::cli {

// `command` for that store, as a shell takes it: "decapod init --store user". `root` is what StoreKind::root was named
// with; it counts for that kind alone.
std::string for_store(std::string_view command, StoreKind kind, std::string_view root);

}  // namespace decapod::cli
