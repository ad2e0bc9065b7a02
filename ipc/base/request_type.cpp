#include <decapod/base/request_type.h>

namespace decapod {

std::string operation_name(Verb const& verb) {
  if (verb.subsystem.empty()) return std::string(verb.name);
  return std::string(verb.subsystem) + '.' + std::string(verb.name);
}

std::string command_name(Verb const& verb) {
  std::string name = "decapod ";
  if (!verb.subsystem.empty()) name.append(verb.subsystem) += ' ';
  return name.append(verb.name);
}

std::string option_name(Field const& field) {
  std::string name(field.name.ends_with("_ms") ? field.name.substr(0, field.name.size() - 3) : field.name);
  std::ranges::replace(name, '_', '-');
  return name;
}

json::object meaning_of(RequestType const& type, json::object const& canonical) {
  json::object meaning;
  for (auto const& shape : type.fields) {
    if (shape.field->place == Place::fact) continue;
    if (auto const* value = canonical.if_contains(shape.field->name)) meaning.emplace(shape.field->name, *value);
  }
  return meaning;
}

namespace detail {

Result<json::object> canonical(json::object const& arguments, void* request, codec::detail::Decoding const& in,
                               codec::detail::Encoding const& out) {
  DECAPOD_CHECK(codec::detail::decode_members(arguments, request, codec::Path(codec::Unknown::refuse), in));
  return codec::detail::encode_members(request, out);
}

}  // namespace detail
}  // namespace decapod
