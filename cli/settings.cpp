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

Result<election::Unreliable> configured_locks(StorePlace const& place) {
  if (place.main_worktree.empty()) return election::Unreliable::refused;
  auto const path = place.main_worktree + "/.decapod/config.toml";
  auto const text = small_file(path);
  if (!text) return election::Unreliable::refused;
  auto parsed = parse_unreliable_locks(*text);
  if (parsed) return parsed;
  auto error = std::move(parsed).error();
  error.message = fmt::format("{}: {}", path, error.message);
  error.hint = "mend the file; `decapod validate` judges the rest of it";
  return error;
}

election::Unreliable unreliable_locks(StorePlace const& place) {
  auto const configured = configured_locks(place);
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
