#include "config_file.h"

#include <decapod/base/suggest.h>

#include <fmt/core.h>
#include <toml++/toml.h>

#include <array>

namespace decapod::cli {
namespace {

using election::Unreliable;

constexpr std::array<std::string_view, 1> kKeys = {"allow_unreliable_locks"};

Error bad(toml::source_region const& where, std::string_view what) {
  return fail(ErrorCode::bad_request, fmt::format("line {}: {}", where.begin.line, what));
}

Result<Unreliable> read_store(toml::table const& store) {
  auto choice = Unreliable::refused;
  for (auto const& [key, node] : store) {
    if (key.str() != kKeys.front()) {
      auto error = bad(node.source(), fmt::format("[store] has no '{}'", key.str()));
      error.suggestions = closest(key.str(), kKeys);
      return error;
    }
    auto const value = node.value_exact<bool>();
    if (!value) return bad(node.source(), fmt::format("'{}' must be true or false", key.str()));
    choice = *value ? Unreliable::allowed : Unreliable::refused;
  }
  return choice;
}

}  // namespace

Result<Unreliable> parse_unreliable_locks(std::string_view toml) {
  auto const parsed = toml::parse(toml);
  if (!parsed) return bad(parsed.error().source(), parsed.error().description());
  auto const* store = parsed.table().get("store");
  if (store == nullptr) return Unreliable::refused;
  if (!store->is_table()) return bad(store->source(), "'store' must be a table");
  return read_store(*store->as_table());
}

}  // namespace decapod::cli
