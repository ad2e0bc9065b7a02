#pragma once
// The exit statuses and their meaning, for help and capabilities.

#include <decapod/base/error.h>

#include <array>

namespace decapod::cli {

struct ExitRow {
  ExitStatus status;
  std::string_view meaning;
};

inline constexpr std::array kExitTable = {
    ExitRow{ExitStatus::ok, "done; an empty list is a success"},
    ExitRow{ExitStatus::internal, "a fault of decapod itself"},
    ExitRow{ExitStatus::usage, "the command line or the request cannot be understood"},
    ExitRow{ExitStatus::not_found, "no such thing, or no store here"},
    ExitRow{ExitStatus::held, "somebody else holds it, or the request id was used for another request"},
    ExitRow{ExitStatus::refused, "a rule forbids it"},
    ExitRow{ExitStatus::validation, "validation failed"},
    ExitRow{ExitStatus::unreachable, "the store cannot be reached or written"},
    ExitRow{ExitStatus::busy, "busy or out of time; nothing was done: repeat freely"},
    ExitRow{ExitStatus::corrupt, "the store is corrupt, or newer than this program"},
    ExitRow{ExitStatus::unknown, "the outcome is unknown: repeat only with the printed request id"},
    ExitRow{ExitStatus::interrupted, "interrupted"},
};

}  // namespace decapod::cli
