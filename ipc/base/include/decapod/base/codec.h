#pragma once
// Described values to JSON and back, strictly: a request with an unknown field, a wrong type or a value out of its
// bounds is refused with the path of the offending field.

#include <decapod/base/json.h>
#include <decapod/base/members.h>
#include <decapod/base/result.h>
#include <boost/json/array.hpp>

namespace decapod::codec {

// What a decoder does with members that it does not know, and with values out of the bounds of a nested structure.
enum class Unknown : std::uint8_t {
  refuse,  // requests: the sender must know what was not understood
  ignore,  // replies and hellos: a newer peer may say more
};

inline constexpr std::int64_t kTextBytesDefault = 64 * 1024;  // of a field that declares no `max`

// Where in a document the decoder stands; lives on the stack, costs nothing until an error is worded.
class Path {
 public:
  explicit Path(Unknown unknown) : unknown_(unknown) {}
  Path(Path const& parent, std::string_view member) : parent_(&parent), member_(member), unknown_(parent.unknown_) {}
  Path(Path const& parent, std::size_t index) : parent_(&parent), index_(index), unknown_(parent.unknown_) {}

  Unknown unknown() const { return unknown_; }
  std::string text() const;  // "links[2].kind"; "" at the top
  // "'links[2].kind' must be ...", with the same path in details.field and `what` in details.must_be.
  Error must_be(std::string_view what) const;
  Error is_missing() const;
  Error is_unknown(std::span<std::string_view const> known) const;
  Error is_not_a_choice(std::string_view value, std::span<std::string_view const> choices) const;

 private:
  Path const* parent_ = nullptr;
  std::string_view member_;
  std::size_t index_ = 0;
  Unknown unknown_;
};

Result<void> check_integer(std::int64_t value, Field const& field, Path const& at);
Result<void> check_text(std::string_view value, Field const& field, Path const& at);
Result<void> check_count(std::size_t count, Field const& field, Path const& at);

// The most bytes that a text of this field may have.
constexpr std::int64_t most_bytes(Field const& field) {
  return field.max == kUnbounded ? kTextBytesDefault : field.max;
}

template <class T>
json::value encode(T const& value);

template <class T>
Result<void> decode_into(json::value const& from, T& to, Path const& at, Field const& bounds = kNoBounds);

// A whole document.
template <class T>
Result<T> decode(json::value const& from, Unknown unknown) {
  T value{};
  DECAPOD_CHECK(decode_into(from, value, Path(unknown)));
  return value;
}

namespace detail {

// A struct on its way into a document: members<T>, and how each is put there. An absent optional is left out.
using Put = void (*)(json::object& to, std::string_view name, void const* member);
struct Encoding {
  std::span<Member const> members;
  std::span<Put const> puts;
};
json::object encode_members(void const* whole, Encoding const& how);

// And out of one. The bounds of a request's members always hold; those of others where unknown members are refused.
using Take = Result<void> (*)(json::value const& from, void* member, Path const& at, Field const& bounds);
enum class Bounds : std::uint8_t { always, where_strict };
struct Decoding {
  std::span<Member const> members;
  std::span<Take const> takes;
  Bounds bounds;
};
Result<void> decode_members(json::object const& from, void* whole, Path const& at, Decoding const& how);
Result<void> decode_struct(json::value const& from, void* whole, Path const& at, Decoding const& how);

// And one that was made.
using Check = Result<void> (*)(void const* member, Path const& at, Field const& bounds);
struct Checking {
  std::span<Member const> members;
  std::span<Check const> checks;
};
Result<void> check_members(void const* whole, Path const& at, Checking const& how);

template <class M>
struct PutMember {
  static void put(json::object& to, std::string_view name, void const* member) {
    auto const& value = *static_cast<M const*>(member);
    if constexpr (reflect::is_optional<M>) {
      if (value) to.emplace(name, encode(*value));
    } else {
      to.emplace(name, encode(value));
    }
  }
  using Pointer = Put;
  static constexpr Pointer pointer = &put;
};

template <class M>
struct TakeMember {
  static Result<void> take(json::value const& from, void* member, Path const& at, Field const& bounds) {
    return decode_into(from, *static_cast<M*>(member), at, bounds);
  }
  using Pointer = Take;
  static constexpr Pointer pointer = &take;
};

template <class T>
inline constexpr Encoding kEncoding{members<T>, functions<T, PutMember>};
template <class T>
inline constexpr Decoding kDecoding{members<T>, functions<T, TakeMember>,
                                    Request<T> ? Bounds::always : Bounds::where_strict};

// "3", "3.0" and "30e-1" are the same number; a number beyond 64 bits is none.
bool whole_number(json::value const& from, std::int64_t& to);

template <class T>
Result<void> decode_integer(json::value const& from, T& to, Path const& at, Field const& bounds) {
  std::int64_t wide = 0;
  if (!whole_number(from, wide)) return at.must_be("a whole number");
  DECAPOD_CHECK(check_integer(wide, bounds, at));
  if (!std::in_range<T>(wide)) return at.must_be("a smaller number");
  to = static_cast<T>(wide);
  return {};
}

template <class T>
Result<void> decode_list(json::value const& from, std::vector<T>& to, Path const& at, Field const& bounds) {
  auto const* array = from.if_array();
  if (array == nullptr) return at.must_be("a list");
  DECAPOD_CHECK(check_count(array->size(), bounds, at));
  to.clear();
  to.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    T element{};
    DECAPOD_CHECK(decode_into((*array)[i], element, Path(at, i), bounds));
    to.push_back(std::move(element));
  }
  return {};
}

template <class T>
Result<void> decode_map(json::value const& from, std::map<std::string, T>& to, Path const& at, Field const& bounds) {
  auto const* object = from.if_object();
  if (object == nullptr) return at.must_be("an object");
  DECAPOD_CHECK(check_count(object->size(), bounds, at));
  to.clear();
  for (auto const& member : *object) {
    T element{};
    Path const here(at, std::string_view(member.key()));
    DECAPOD_CHECK(check_text(member.key(), kNoBounds, here));
    DECAPOD_CHECK(decode_into(member.value(), element, here, bounds));
    to.emplace(member.key(), std::move(element));
  }
  return {};
}

Result<void> decode_text(json::value const& from, std::string& to, Path const& at, Field const& bounds);
Result<void> decode_time(json::value const& from, Timestamp& to, Path const& at);
Result<void> decode_bool(json::value const& from, bool& to, Path const& at);

template <class E>
Result<void> decode_enum(json::value const& from, E& to, Path const& at) {
  auto const* text = from.if_string();
  if (text == nullptr) return at.must_be("a word");
  auto const value = reflect::from_text<E>(*text);
  if (!value) return at.is_not_a_choice(*text, reflect::enum_views<E>);
  to = *value;
  return {};
}

}  // namespace detail

// A whole document, into a value as it is made. Cheaper than decode(), to compile and to run: nothing is copied.
template <reflect::Struct T>
Result<void> decode_object(json::object const& from, T& to, Unknown unknown) {
  return detail::decode_members(from, &to, Path(unknown), detail::kDecoding<T>);
}

template <class T>
json::value encode(T const& value) {
  if constexpr (std::is_same_v<T, json::value> || std::is_same_v<T, json::object>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool> || std::is_integral_v<T> || std::is_floating_point_v<T>) {
    return value;
  } else if constexpr (std::is_convertible_v<T const&, std::string_view>) {
    return json::string(std::string_view(value));
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return json::string(to_string(value));
  } else if constexpr (std::is_same_v<T, Millis>) {
    return value.count();
  } else if constexpr (reflect::YesNo<T>) {
    return value == T::yes;
  } else if constexpr (reflect::Enum<T>) {
    return json::string(reflect::to_text(value));
  } else if constexpr (reflect::is_list<T>) {
    json::array array;
    array.reserve(value.size());
    for (auto const& element : value) array.push_back(encode(element));
    return array;
  } else if constexpr (reflect::is_map<T>) {
    json::object object;
    for (auto const& [key, element] : value) object.emplace(key, encode(element));
    return object;
  } else if constexpr (reflect::is_optional<T>) {
    return value ? encode(*value) : json::value(nullptr);
  } else {
    static_assert(reflect::Struct<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
    return detail::encode_members(&value, detail::kEncoding<T>);
  }
}

template <class T>
Result<void> decode_into(json::value const& from, T& to, Path const& at, Field const& bounds) {
  if constexpr (std::is_same_v<T, json::value>) {
    to = from;
    return {};
  } else if constexpr (std::is_same_v<T, json::object>) {
    if (!from.is_object()) return at.must_be("an object");
    to = from.get_object();
    return {};
  } else if constexpr (std::is_same_v<T, bool>) {
    return detail::decode_bool(from, to, at);
  } else if constexpr (std::is_integral_v<T>) {
    return detail::decode_integer(from, to, at, bounds);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!from.is_number()) return at.must_be("a number");
    to = from.to_number<T>();
    return {};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return detail::decode_text(from, to, at, bounds);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return detail::decode_time(from, to, at);
  } else if constexpr (std::is_same_v<T, Millis>) {
    std::int64_t count = 0;
    DECAPOD_CHECK(detail::decode_integer(from, count, at, bounds));
    to = Millis(count);
    return {};
  } else if constexpr (reflect::YesNo<T>) {
    bool flag = false;
    DECAPOD_CHECK(detail::decode_bool(from, flag, at));
    to = flag ? T::yes : T::no;
    return {};
  } else if constexpr (reflect::Enum<T>) {
    return detail::decode_enum(from, to, at);
  } else if constexpr (reflect::is_list<T>) {
    return detail::decode_list(from, to, at, bounds);
  } else if constexpr (reflect::is_map<T>) {
    return detail::decode_map(from, to, at, bounds);
  } else if constexpr (reflect::is_optional<T>) {
    if (from.is_null()) return at.must_be("left out when it has no value");
    typename T::value_type inner{};
    DECAPOD_CHECK(decode_into(from, inner, at, bounds));
    to = std::move(inner);
    return {};
  } else {
    static_assert(reflect::Struct<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
    return detail::decode_struct(from, &to, at, detail::kDecoding<T>);
  }
}

template <class T>
Result<void> check(T const& value, Path const& at, Field const& bounds = kNoBounds);

namespace detail {

template <class M>
struct CheckMember {
  static Result<void> check_one(void const* member, Path const& at, Field const& bounds) {
    return check(*static_cast<M const*>(member), at, bounds);
  }
  using Pointer = Check;
  static constexpr Pointer pointer = &check_one;
};

template <class T>
inline constexpr Checking kChecking{members<T>, functions<T, CheckMember>};

}  // namespace detail

// The bounds of a value that was not decoded but made: the same that decode_into() holds it to.
template <class T>
Result<void> check(T const& value, Path const& at, Field const& bounds) {
  Result<void> result;
  if constexpr (std::is_same_v<T, std::string>) {
    return check_text(value, bounds, at);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return check_integer(value, bounds, at);
  } else if constexpr (std::is_same_v<T, Millis>) {
    return check_integer(value.count(), bounds, at);
  } else if constexpr (reflect::is_optional<T>) {
    return value ? check(*value, at, bounds) : result;
  } else if constexpr (reflect::is_list<T>) {
    result = check_count(value.size(), bounds, at);
    for (std::size_t i = 0; result && i < value.size(); ++i) result = check(value[i], Path(at, i), bounds);
  } else if constexpr (reflect::is_map<T>) {
    result = check_count(value.size(), bounds, at);
    for (auto one = value.begin(); result && one != value.end(); ++one) {
      Path const here(at, one->first);
      result = check_text(one->first, kNoBounds, here);
      if (result) result = check(one->second, here, bounds);
    }
  } else if constexpr (reflect::Struct<T>) {
    return detail::check_members(&value, at, detail::kChecking<T>);
  }
  return result;
}

}  // namespace decapod::codec
