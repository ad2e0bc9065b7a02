#include <decapod/base/reflect.h>
#include <decapod/base/suggest.h>
#include <decapod/governance/proposal.h>
#include <toml++/toml.h>

namespace decapod::governance {
namespace {

// A node of the file with the key that leads to it.
struct At {
  toml::node const& node;
  std::string key;  // "zones[2].risk"; "" at the top

  Error bad(std::string const& what) const {
    auto const line = node.source().begin.line;
    auto const subject = key.empty() ? std::string("the file ") : '\'' + key + "' ";
    return fail(ErrorCode::policy_invalid, "line " + std::to_string(line) + ": " + subject + what,
                {{"line", line}, {"key", key}});
  }
  At member(toml::node const& inner, std::string_view name) const {
    return {inner, key.empty() ? std::string(name) : key + '.' + std::string(name)};
  }
  At element(toml::node const& inner, std::size_t index) const {
    return {inner, key + '[' + std::to_string(index) + ']'};
  }
};

template <class T>
Result<void> read(At const& at, T& to);

Result<void> read_text(At const& at, std::string& to) {
  auto const text = at.node.value_exact<std::string>();
  if (!text) return at.bad("must be a text");
  to = *text;
  return {};
}

Result<void> read_number(At const& at, std::int64_t& to) {
  auto const number = at.node.value_exact<std::int64_t>();
  if (!number) return at.bad("must be a whole number");
  to = *number;
  return {};
}

Result<void> read_life(At const& at, Millis& to) {
  auto const text = at.node.value_exact<std::string>();
  auto const life = text ? parse_duration(*text) : Result<Millis>(fail(ErrorCode::bad_request, ""));
  if (!life) return at.bad("must be a time such as \"7d\" or \"12h\"");
  to = *life;
  return {};
}

template <reflect::Enum E>
Result<void> read_choice(At const& at, E& to) {
  auto const word = at.node.value_exact<std::string>();
  auto const value = word ? from_text<E>(*word) : std::nullopt;
  if (value) {
    to = *value;
    return {};
  }
  std::string choices;
  for (auto const name : reflect::enum_views<E>) choices.append(choices.empty() ? "\"" : ", \"").append(name) += '"';
  auto error = at.bad("must be one of " + choices);
  if (word) error.suggestions = closest(*word, reflect::enum_views<E>);
  return error;
}

template <class T>
Result<void> read_list(At const& at, std::vector<T>& to) {
  auto const* array = at.node.as_array();
  if (array == nullptr) return at.bad("must be a list");
  to.clear();
  for (std::size_t i = 0; i < array->size(); ++i) {
    T element{};
    DECAPOD_CHECK(read(at.element((*array)[i], i), element));
    to.push_back(std::move(element));
  }
  return {};
}

template <class T>
Result<void> read_map(At const& at, std::map<std::string, T>& to) {
  auto const* table = at.node.as_table();
  if (table == nullptr) return at.bad("must be a table");
  to.clear();
  for (auto const& [name, node] : *table) {
    T value{};
    DECAPOD_CHECK(read(at.member(node, name.str()), value));
    to.emplace(std::string(name.str()), std::move(value));
  }
  return {};
}

template <reflect::Struct T>
Result<void> read_table(At const& at, T& to) {
  auto const* table = at.node.as_table();
  if (table == nullptr) return at.bad("must be a table");
  std::vector<std::string_view> known;
  reflect::mp11::mp_for_each<reflect::Members<T>>([&](auto member) { known.emplace_back(member.name); });
  for (auto const& [name, node] : *table) {
    if (std::ranges::find(known, name.str()) != known.end()) continue;
    auto error = at.member(node, name.str()).bad("is no key of a policy");
    error.suggestions = closest(name.str(), known);
    return error;
  }
  Result<void> result;
  reflect::mp11::mp_for_each<reflect::Members<T>>([&](auto member) {
    auto const* node = table->get(member.name);
    if (result && node != nullptr) result = read(at.member(*node, member.name), to.*member.pointer);
  });
  return result;
}

// An absent key leaves the member as the type makes it.
template <class T>
Result<void> read(At const& at, T& to) {
  if constexpr (std::is_same_v<T, std::string>) {
    return read_text(at, to);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return read_number(at, to);
  } else if constexpr (std::is_same_v<T, Millis>) {
    return read_life(at, to);
  } else if constexpr (reflect::YesNo<T>) {
    auto const value = at.node.value_exact<bool>();
    if (!value) return at.bad("must be true or false");
    to = *value ? T::yes : T::no;
    return {};
  } else if constexpr (reflect::Enum<T>) {
    return read_choice(at, to);
  } else if constexpr (reflect::is_optional<T>) {
    return read(at, to.emplace());
  } else if constexpr (reflect::is_list<T>) {
    return read_list(at, to);
  } else if constexpr (reflect::is_map<T>) {
    return read_map(at, to);
  } else {
    return read_table(at, to);
  }
}

// The line of a key that check() has named, as far as the file has it.
std::optional<std::int64_t> line_of(toml::table const& top, std::string const& key) {
  auto found = top.at_path(key);
  for (auto shorter = key; !found;) {
    auto const cut = shorter.find_last_of(".[");
    if (cut == std::string::npos) return std::nullopt;
    shorter.resize(cut);
    found = top.at_path(shorter);
  }
  return found.node()->source().begin.line;
}

Error at_its_line(Error error, toml::table const& top) {
  auto const* key = error.details.if_contains("key");
  if (key == nullptr || !key->is_string()) return error;
  auto const line = line_of(top, std::string(key->get_string()));
  if (!line) return error;
  error.message = "line " + std::to_string(*line) + ": " + error.message;
  error.details["line"] = *line;
  return error;
}

Result<void> check_said(toml::table const& top, std::string const& key, std::string const& why) {
  if (top.at_path(key)) return {};
  return fail(ErrorCode::policy_invalid, '\'' + key + "' is missing: " + why, {{"key", key}});
}

// What decides who may do what is written down: a table that was forgotten must not mean that everything goes.
Result<void> check_all_said(toml::table const& top, Document const& document) {
  for (auto const tier : reflect::enum_views<Risk>) {
    for (auto const* asks : {"trust", "approval", "proof"}) {
      auto const key = "tiers." + std::string(tier) + '.' + asks;
      DECAPOD_CHECK(check_said(top, key, "every tier says which trust, approval and proof it asks for"));
    }
  }
  for (std::size_t i = 0; i < document.zones.size(); ++i) {
    DECAPOD_CHECK(check_said(top, "zones[" + std::to_string(i) + "].risk", "every zone says how risky it is"));
  }
  return {};
}

}  // namespace

Result<Document> parse_proposal(std::string_view toml) {
  if (toml.size() > kDocumentBytesMax) return fail(ErrorCode::policy_invalid, "the policy is too long");
  auto const parsed = toml::parse(toml);
  if (!parsed) {
    auto const line = parsed.error().source().begin.line;
    return fail(ErrorCode::policy_invalid,
                "line " + std::to_string(line) + ": " + std::string(parsed.error().description()), {{"line", line}});
  }
  Document document;
  document.format = 0;
  DECAPOD_CHECK(read(At{parsed.table(), ""}, document));
  auto checked = check(document);
  if (checked) checked = check_all_said(parsed.table(), document);
  if (!checked) return at_its_line(std::move(checked).error(), parsed.table());
  return document;
}

}  // namespace decapod::governance
