#include <decapod/base/descriptor.h>
#include <unistd.h>

namespace decapod {

void Descriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace decapod
