#include <decapod/governance/canonical_json.h>

#include <algorithm>
#include <vector>

namespace decapod::governance {
namespace {

void append(std::string& out, json::value const& value);

void append(std::string& out, json::object const& object) {
  std::vector<json::key_value_pair const*> members;
  members.reserve(object.size());
  for (auto const& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](auto const* member) { return std::string_view(member->key()); });
  out += '{';
  for (auto const* member : members) {
    if (member != members.front()) out += ',';
    out += to_text(json::value(json::string(std::string_view(member->key()))));
    out += ':';
    append(out, member->value());
  }
  out += '}';
}

void append(std::string& out, json::value const& value) {
  if (auto const* object = value.if_object()) return append(out, *object);
  auto const* array = value.if_array();
  if (array == nullptr) {
    out += to_text(value);
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (i > 0) out += ',';
    append(out, (*array)[i]);
  }
  out += ']';
}

}  // namespace

std::string canonical_json(json::value const& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string canonical_json(json::object const& object) {
  std::string out;
  append(out, object);
  return out;
}

Result<json::object> parse_canonical_json(std::string_view text, std::string_view what) {
  DECAPOD_TRY(auto value, parse_json(text, what));
  auto* object = value.if_object();
  if (object == nullptr || canonical_json(*object) != text) {
    return fail(ErrorCode::bad_request, std::string(what) + " is not in its canonical form");
  }
  return std::move(*object);
}

}  // namespace decapod::governance
