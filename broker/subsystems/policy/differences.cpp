#include "differences.h"

#include <decapod/base/utf8.h>

#include <algorithm>

namespace decapod::policy {
namespace {

constexpr std::size_t kShownBytes = 200;

std::string shown(json::value const* value) {
  if (value == nullptr) return "";
  auto text = to_text(*value);
  if (text.size() <= kShownBytes) return text;
  return std::string(utf8_prefix(text, kShownBytes)) + "...";
}

struct Walk {
  std::vector<Change> found;

  // nullptr: that side says nothing there.
  void add(std::string const& key, json::value const* one, json::value const* other) {
    if (found.size() < kDifferencesMost) found.push_back({key, shown(one), shown(other)});
  }

  void objects(json::object const& one, json::object const& other, std::string const& key) {
    auto const inner = [&](std::string_view name) {
      return key.empty() ? std::string(name) : key + '.' + std::string(name);
    };
    for (auto const& member : one) {
      auto const* there = other.if_contains(member.key());
      if (there == nullptr)
        add(inner(member.key()), &member.value(), nullptr);
      else
        values(member.value(), *there, inner(member.key()));
    }
    for (auto const& member : other) {
      if (!one.contains(member.key())) add(inner(member.key()), nullptr, &member.value());
    }
  }

  void arrays(json::array const& one, json::array const& other, std::string const& key) {
    auto const most = std::max(one.size(), other.size());
    for (std::size_t i = 0; i < most; ++i) {
      auto const inner = key + '[' + std::to_string(i) + ']';
      if (i < one.size() && i < other.size())
        values(one[i], other[i], inner);
      else
        add(inner, i < one.size() ? &one[i] : nullptr, i < other.size() ? &other[i] : nullptr);
    }
  }

  void values(json::value const& one, json::value const& other, std::string const& key) {
    if (one == other) return;
    if (one.is_object() && other.is_object()) return objects(one.get_object(), other.get_object(), key);
    if (one.is_array() && other.is_array()) return arrays(one.get_array(), other.get_array(), key);
    add(key, &one, &other);
  }
};

}  // namespace

std::vector<Change> differences(json::value const& in_force, json::value const& proposed) {
  Walk walk;
  walk.values(in_force, proposed, "");
  return std::move(walk.found);
}

}  // namespace decapod::policy
