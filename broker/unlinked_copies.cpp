#include <decapod/broker/unlinked_copies.h>
#include <sys/stat.h>
#include <unistd.h>

namespace decapod::broker {

void UnlinkedCopies::free_a_part() {
  if (files_.empty()) return;
  auto const& file = files_.back();
  struct stat facts {};
  bool const goes_on = fstat(file.get(), &facts) == 0 && facts.st_nlink == 0 && facts.st_size > kPartBytes &&
                       ftruncate(file.get(), facts.st_size - kPartBytes) == 0;
  if (!goes_on) files_.pop_back();
}

}  // namespace decapod::broker
