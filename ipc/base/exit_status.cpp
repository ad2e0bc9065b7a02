#include <decapod/base/exit_status.h>

namespace decapod {

std::span<ExitRow const> exit_rows() {
  static constexpr ExitRow kRows[] = {
#define DECAPOD_EXIT(name, status, meaning, what_to_do) {ExitStatus::name, meaning, what_to_do},
#include <decapod/base/exit_statuses.def>
#undef DECAPOD_EXIT
  };
  return kRows;
}

}  // namespace decapod
