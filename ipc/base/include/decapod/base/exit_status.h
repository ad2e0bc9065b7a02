#pragma once
// The process's exit statuses.

#include <cstdint>
#include <span>
#include <string_view>

namespace decapod {

enum class ExitStatus : int {
#define DECAPOD_EXIT(name, status, meaning, what_to_do) name = status,
#include <decapod/base/exit_statuses.def>
#undef DECAPOD_EXIT
};

// One row of exit_statuses.def.
struct ExitRow {
  ExitStatus status = ExitStatus::ok;
  std::string_view meaning;
  std::string_view what_to_do;  // "" = nothing
};

// Every row, in the order of the file.
std::span<ExitRow const> exit_rows();

}  // namespace decapod
