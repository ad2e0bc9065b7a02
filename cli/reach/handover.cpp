#include <decapod/base/reflect.h>
#include <decapod/reach/handover.h>

#include <fmt/core.h>

#include <charconv>
#include <map>

namespace decapod::reach {
namespace {

using reflect::mp11::mp_for_each;

template <class T>
std::string to_words(T const& value) {
  if constexpr (std::is_same_v<T, std::string>)
    return value;
  else if constexpr (std::is_same_v<T, Millis>)
    return std::to_string(value.count());
  else if constexpr (reflect::Enum<T>)
    return std::string(to_text(value));
  else
    return std::to_string(value);
}

template <class T>
bool read_words(std::string_view words, T& into) {
  if constexpr (reflect::is_optional<T>) {
    return read_words(words, into.emplace());
  } else if constexpr (std::is_same_v<T, std::string>) {
    into = words;
    return true;
  } else if constexpr (std::is_same_v<T, Millis>) {
    std::int64_t count = 0;
    bool const read = read_words(words, count);
    into = Millis(count);
    return read;
  } else if constexpr (reflect::Enum<T>) {
    auto const value = from_text<T>(words);
    if (value) into = *value;
    return value.has_value();
  } else {
    auto const [end, error] = std::from_chars(words.data(), words.data() + words.size(), into);
    return error == std::errc() && end == words.data() + words.size();
  }
}

Error faulty(std::string_view member) {
  return fail(ErrorCode::internal, fmt::format("the broker was started with a bad '{}'", member));
}

}  // namespace

std::vector<std::string> to_arguments(Handover const& handover) {
  std::vector<std::string> arguments;
  mp_for_each<reflect::Members<Handover>>([&](auto d) {
    auto const& value = handover.*d.pointer;
    if constexpr (reflect::is_optional<std::remove_cvref_t<decltype(value)>>) {
      if (value) arguments.push_back(fmt::format("{}={}", d.name, to_words(*value)));
    } else {
      arguments.push_back(fmt::format("{}={}", d.name, to_words(value)));
    }
  });
  return arguments;
}

std::string to_argument(std::optional<std::uint64_t> epoch) {
  std::string argument;
  if (!epoch) return argument;
  mp_for_each<reflect::Members<Handover>>([&](auto d) {
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(d.pointer)>, decltype(&Handover::epoch)>) {
      if (d.pointer == &Handover::epoch) argument = fmt::format("{}={}", d.name, *epoch);
    }
  });
  return argument;
}

Result<Handover> handover_from(std::span<char* const> arguments) {
  std::map<std::string_view, std::string_view> given;
  for (std::string_view const argument : arguments) {
    auto const equals = argument.find('=');
    if (equals != std::string_view::npos) given.emplace(argument.substr(0, equals), argument.substr(equals + 1));
  }
  Handover handover;
  Result<void> read;
  mp_for_each<reflect::Members<Handover>>([&](auto d) {
    auto& member = handover.*d.pointer;
    auto const found = given.find(d.name);
    bool const absent = found == given.end();
    bool const optional = reflect::is_optional<std::remove_cvref_t<decltype(member)>>;
    bool const good = absent ? optional : read_words(found->second, member);
    if (!absent) given.erase(found);
    if (!good && read) read = faulty(d.name);
  });
  DECAPOD_CHECK(read);
  if (!given.empty()) return faulty(given.begin()->first);
  return handover;
}

}  // namespace decapod::reach
