#pragma once
// What makes the store that a command looked for and did not find.

#include <decapod/cli_kit/surroundings.h>
#include <string>
#include <string_view>

namespace decapod::cli {

// As a shell takes it: "decapod init --store user". `root` is what StoreKind::root was named with; it counts for that
// kind alone.
std::string init_command(StoreKind kind, std::string_view root);

}  // namespace decapod::cli
