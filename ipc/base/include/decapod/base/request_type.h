#pragma once
// A request type with its C++ type erased: what the command line, the schema printer and the broker walk.

#include <decapod/base/codec.h>
#include <decapod/base/schema.h>
#include <boost/describe.hpp>

namespace decapod {

enum class Kind : std::uint8_t { text, integer, flag, choice, duration, timestamp, structured };
BOOST_DESCRIBE_ENUM(Kind, text, integer, flag, choice, duration, timestamp, structured)

// A field as the command line sees it.
struct FieldShape {
  Field const* field = nullptr;
  Kind kind = Kind::text;
  bool repeated = false;
  std::span<std::string_view const> choices;  // Kind::choice only
};

struct RequestType {
  Verb const* verb;
  std::span<FieldShape const> fields;
  // Decodes strictly, checks bounds, encodes again with every default filled in: the form that is sent and digested.
  Result<json::object> (*canonical)(json::object const& arguments);
  json::object (*request_schema)();
  json::object (*reply_schema)();
};

// "todo.claim"; "init" for a verb of its own.
std::string operation_name(Verb const& verb);
// "decapod todo claim".
std::string command_name(Verb const& verb);
// "lease" for the field lease_ms, "open-only" for open_only.
std::string option_name(Field const& field);
// The arguments without what was merely observed (Place::fact): what a digest covers.
json::object meaning_of(RequestType const& type, json::object const& canonical);

namespace detail {

template <class T>
constexpr Kind kind_of() {
  using E = reflect::Element<T>;
  if constexpr (std::is_same_v<E, std::string>)
    return Kind::text;
  else if constexpr (std::is_same_v<E, bool> || reflect::YesNo<E>)
    return Kind::flag;
  else if constexpr (std::is_integral_v<E>)
    return Kind::integer;
  else if constexpr (reflect::Enum<E>)
    return Kind::choice;
  else if constexpr (std::is_same_v<E, Millis>)
    return Kind::duration;
  else if constexpr (std::is_same_v<E, Timestamp>)
    return Kind::timestamp;
  else
    return Kind::structured;
}

template <class T>
constexpr std::span<std::string_view const> choices_of() {
  using E = reflect::Element<T>;
  if constexpr (reflect::Enum<E> && !reflect::YesNo<E>)
    return reflect::enum_views<E>;
  else
    return {};
}

template <Request T>
constexpr auto make_shapes() {
  std::array<FieldShape, T::fields.size()> shapes{};
  std::size_t at = 0;
  reflect::mp11::mp_for_each<reflect::Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*d.pointer)>;
    shapes[at] = {&T::fields[at], kind_of<Member>(), reflect::is_list<Member>, choices_of<Member>()};
    ++at;
  });
  return shapes;
}
template <Request T>
inline constexpr auto kShapes = make_shapes<T>();

Result<json::object> canonical(json::object const& arguments, void* request, codec::detail::Decoding const& in,
                               codec::detail::Encoding const& out);

template <Request T>
Result<json::object> canonical(json::object const& arguments) {
  T request{};
  return canonical(arguments, &request, codec::detail::kDecoding<T>, codec::detail::kEncoding<T>);
}

}  // namespace detail

template <Request T>
inline constexpr RequestType request_type{
    .verb = &T::verb,
    .fields = detail::kShapes<T>,
    .canonical = &detail::canonical<T>,
    .request_schema = &schema::of_request<T>,
    .reply_schema = &schema::of_reply<typename T::Reply>,
};

}  // namespace decapod
