#pragma once
// Durations and times as people type them on a command line. In JSON they are milliseconds and RFC 3339.

#include <decapod/base/clock.h>
#include <decapod/base/result.h>

#include <string>
#include <string_view>

namespace decapod::cli {

// What help says of the two.
inline constexpr std::string_view kDurationSyntax = "a sum of numbers with units: 250ms, 90s, 30m, 1h30m, 2d";
inline constexpr std::string_view kTimeSyntax = "2026-01-31 (UTC), 2026-01-31T12:00:00Z, or from now: +2d, -1h";

// Every number with its unit: what "3600" means, nobody agrees on. usage.
Result<Millis> typed_duration(std::string_view text);

// "+2d" and "-1h" are times from now.
bool is_relative(std::string_view text);
// usage: a duration that typed_duration refuses.
Result<Timestamp> time_from_now(std::string_view text, Timestamp now);

}  // namespace decapod::cli
