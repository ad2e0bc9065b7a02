#include <decapod/cli_kit/own_memory.h>

#include <sys/prctl.h>

#include <cstring>

namespace decapod::cli {

void close_own_memory() {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void forget(std::string& secret) {
  // A text that was cut still lies behind its end.
  secret.resize(secret.capacity());
  explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace decapod::cli
