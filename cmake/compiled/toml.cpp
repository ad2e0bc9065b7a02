// The one unit that compiles the TOML library; everybody else sees declarations.
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
