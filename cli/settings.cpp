#include "settings.h"

#include "config_file.h"
#include "environment.h"
#include "git_config.h"

#include <fmt/core.h>

#include <charconv>

namespace decapod::cli {
namespace {

Result<void> take_duration(Invocation const& invocation, std::string_view name, Millis& into) {
  auto const text = invocation.variable(name);
  if (!text) return {};
  auto const parsed = parse_duration(*text);
  if (!parsed) return bad_variable(name, fmt::format("takes milliseconds such as 5000, not '{}'", *text));
  into = *parsed;
  return {};
}

Result<void> take_bytes(Invocation const& invocation, std::string_view name, std::size_t& into) {
  auto const text = invocation.variable(name);
  if (!text) return {};
  auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
  if (error == std::errc() && end == text->data() + text->size()) return {};
  return bad_variable(name, fmt::format("is not a number of bytes: '{}'", *text));
}

}  // namespace

std::string config_path(std::string const& worktree) {
  return worktree + "/.decapod/config.toml";
}

election::Unreliable unreliable_locks(StorePlace const& place) {
  auto const text = place.main_worktree.empty() ? std::nullopt : small_file(config_path(place.main_worktree));
  if (!text) return election::Unreliable::refused;
  auto const configured = parse_unreliable_locks(*text);
  return configured ? *configured : election::Unreliable::refused;
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
