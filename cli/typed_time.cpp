#include "typed_time.h"

#include <fmt/core.h>

namespace decapod::cli {
namespace {

constexpr std::string_view kDigits = "0123456789";

// Whoever leaves out a unit of so large a number thinks of milliseconds, as other programs' options take them.
constexpr std::size_t kDigitsOfMillis = 3;

Error without_unit(std::string_view text, std::string_view number) {
  auto const whole = number.size() == text.size() ? "has no unit" : "ends in a number without a unit";
  auto const seconds = fmt::format("{}s", number);
  auto const parsed = parse_duration(seconds);
  auto const other = parsed ? to_string(*parsed) : std::string();
  // 3600s is an hour; 5s is nothing but 5s.
  auto also = other.empty() || other == seconds ? fmt::format("{}m", number) : other;
  if (number.size() >= kDigitsOfMillis && number.size() == text.size()) also = fmt::format("{} or {}ms", also, number);
  return fail(ErrorCode::usage, fmt::format("'{}' {} (ms, s, m, h or d): write {} or {}", text, whole, seconds, also));
}

}  // namespace

Result<Millis> typed_duration(std::string_view text) {
  auto const last = text.find_last_not_of(kDigits);
  auto const number = text.substr(last == std::string_view::npos ? 0 : last + 1);
  if (!number.empty()) return without_unit(text, number);
  auto parsed = parse_duration(text);
  if (!parsed) return fail(ErrorCode::usage, parsed.error().message);
  return parsed;
}

bool is_relative(std::string_view text) {
  return text.starts_with('+') || text.starts_with('-');
}

Result<Timestamp> time_from_now(std::string_view text, Timestamp now) {
  DECAPOD_TRY(auto const distance, typed_duration(text.substr(1)));
  return now + (text.starts_with('-') ? -distance : distance);
}

}  // namespace decapod::cli
