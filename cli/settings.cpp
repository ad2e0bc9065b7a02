#include "settings.h"

#include "git_config.h"

#include <charconv>

namespace decapod::cli {
namespace {

Result<void> take_duration(Invocation const& invocation, std::string_view name, Millis& into) {
  auto const text = invocation.variable(name);
  if (!text) return {};
  auto const parsed = parse_duration(*text);
  if (!parsed) return fail(ErrorCode::usage, std::string(name) + ": " + parsed.error().message);
  into = *parsed;
  return {};
}

Result<void> take_bytes(Invocation const& invocation, std::string_view name, std::size_t& into) {
  auto const text = invocation.variable(name);
  if (!text) return {};
  auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
  if (error == std::errc() && end == text->data() + text->size()) return {};
  return fail(ErrorCode::usage, std::string(name) + " is not a number of bytes: '" + *text + "'");
}

}  // namespace

election::Unreliable unreliable_locks(StorePlace const& place) {
  if (place.main_worktree.empty()) return election::Unreliable::refused;
  // For "[section]" and "key = value" this file reads like one of git's.
  auto const value = git_setting_in(place.main_worktree + "/.decapod/config.toml", "store", "allow_unreliable_locks");
  return value == "true" ? election::Unreliable::allowed : election::Unreliable::refused;
}

Result<BrokerSettings> broker_settings(Invocation const& invocation, StorePlace const& place) {
  BrokerSettings settings;
  DECAPOD_CHECK(take_duration(invocation, "DECAPOD_BROKER_IDLE_MS", settings.idle));
  DECAPOD_CHECK(take_duration(invocation, "DECAPOD_BROKER_TENURE_MS", settings.max_tenure));
  DECAPOD_CHECK(take_bytes(invocation, "DECAPOD_BROKER_LOG_BYTES", settings.log_bytes));
  settings.unreliable = unreliable_locks(place);
  return settings;
}

}  // namespace decapod::cli
