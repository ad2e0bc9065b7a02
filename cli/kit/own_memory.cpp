#include <decapod/cli_kit/own_memory.h>

#include <sys/prctl.h>

namespace decapod::cli {

void close_own_memory() {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace decapod::cli
