#include "differences.h"

#include <algorithm>

namespace decapod::policy {
namespace {

struct Walk {
  std::vector<std::string> found;
  std::size_t limit;

  void add(std::string const& key) {
    if (found.size() < limit) found.push_back(key);
  }

  void objects(json::object const& one, json::object const& other, std::string const& key) {
    auto const inner = [&](std::string_view name) {
      return key.empty() ? std::string(name) : key + '.' + std::string(name);
    };
    for (auto const& member : one) {
      auto const* there = other.if_contains(member.key());
      if (there == nullptr)
        add(inner(member.key()));
      else
        values(member.value(), *there, inner(member.key()));
    }
    for (auto const& member : other) {
      if (!one.contains(member.key())) add(inner(member.key()));
    }
  }

  void arrays(json::array const& one, json::array const& other, std::string const& key) {
    auto const most = std::max(one.size(), other.size());
    for (std::size_t i = 0; i < most; ++i) {
      auto const inner = key + '[' + std::to_string(i) + ']';
      if (i < one.size() && i < other.size())
        values(one[i], other[i], inner);
      else
        add(inner);
    }
  }

  void values(json::value const& one, json::value const& other, std::string const& key) {
    if (one == other) return;
    if (one.is_object() && other.is_object()) return objects(one.get_object(), other.get_object(), key);
    if (one.is_array() && other.is_array()) return arrays(one.get_array(), other.get_array(), key);
    add(key);
  }
};

}  // namespace

std::vector<std::string> differences(json::value const& one, json::value const& other, std::size_t limit) {
  Walk walk{.found = {}, .limit = limit};
  walk.values(one, other, "");
  return std::move(walk.found);
}

}  // namespace decapod::policy
