#include <decapod/base/wipe.h>

#include <cstring>

namespace decapod {

void wipe(std::string& secret) {
  // A text that was cut still lies behind its end.
  secret.resize(secret.capacity());
  explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace decapod
