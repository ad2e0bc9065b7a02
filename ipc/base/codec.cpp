#include <decapod/base/codec.h>
#include <decapod/base/suggest.h>
#include <decapod/base/utf8.h>

#include <cmath>

namespace decapod::codec {
namespace {

constexpr std::size_t kBareDateBytes = std::string_view("2026-01-31").size();

std::string join(std::span<std::string_view const> words) {
  std::string text;
  for (auto const word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

Result<void> refuse_unknown(json::object const& object, std::span<Member const> members, Path const& at) {
  for (auto const& given : object) {
    std::string_view const name = given.key();
    if (std::ranges::find(members, name, &Member::name) != members.end()) continue;
    std::vector<std::string_view> known;
    for (auto const& member : members) known.push_back(member.name);
    return Path(at, name).is_unknown(known);
  }
  return {};
}

}  // namespace

std::string Path::text() const {
  if (parent_ == nullptr) return "";
  auto prefix = parent_->text();
  if (member_.data() == nullptr) return prefix + '[' + std::to_string(index_) + ']';
  if (!prefix.empty()) prefix += '.';
  return prefix.append(member_);
}

Error Path::must_be(std::string_view what) const {
  auto const name = text();
  auto const subject = name.empty() ? std::string("the request") : "'" + name + "'";
  return fail(ErrorCode::bad_request, subject + " must be " + std::string(what), {{"field", name}, {"must_be", what}});
}

Error Path::is_missing() const {
  auto const name = text();
  return fail(ErrorCode::bad_request, "'" + name + "' is required", {{"field", name}});
}

Error Path::is_unknown(std::span<std::string_view const> known) const {
  auto const name = text();
  auto error = fail(ErrorCode::bad_request, "'" + name + "' is not a known field", {{"field", name}});
  error.suggestions = closest(member_, known);
  return error;
}

Error Path::is_not_a_choice(std::string_view value, std::span<std::string_view const> choices) const {
  auto error = must_be("one of " + join(choices) + "; it is '" + std::string(value.substr(0, 80)) + "'");
  error.suggestions = closest(value, choices);
  return error;
}

Result<void> check_integer(std::int64_t value, Field const& field, Path const& at) {
  if (&field == &kNoBounds) return {};
  if (value < field.min) return at.must_be("at least " + std::to_string(field.min));
  if (value > field.max) return at.must_be("at most " + std::to_string(field.max));
  return {};
}

Result<void> check_text(std::string_view value, Field const& field, Path const& at) {
  if (has_nul_or_del(value)) return at.must_be("text without NUL or DEL");
  if (!is_utf8(value)) return at.must_be("text in well-formed UTF-8");
  if (&field == &kNoBounds) return {};
  auto const size = static_cast<std::int64_t>(value.size());
  auto const max = most_bytes(field);
  if (size < field.min)
    return at.must_be(field.min == 1 ? "a text that is not empty" : "at least " + std::to_string(field.min) + " bytes");
  if (size > max) return at.must_be("at most " + std::to_string(max) + " bytes; it has " + std::to_string(size));
  if (field.content == Content::visible && is_blank(value)) return at.must_be("more than white space");
  return {};
}

Result<void> check_count(std::size_t count, Field const& field, Path const& at) {
  if (&field == &kNoBounds) return {};
  if (static_cast<std::int64_t>(count) > field.max_items) {
    return at.must_be("a list of at most " + std::to_string(field.max_items) + "; it has " + std::to_string(count));
  }
  return {};
}

namespace detail {

json::object encode_members(void const* whole, Encoding const& how) {
  json::object object;
  for (std::size_t i = 0; i < how.members.size(); ++i) {
    auto const& member = how.members[i];
    // Read only: the address is the same for those who write.
    how.puts[i](object, member.name, member.in(const_cast<void*>(whole)));
  }
  return object;
}

Result<void> decode_members(json::object const& from, void* whole, Path const& at, Decoding const& how) {
  bool const strict = at.unknown() == Unknown::refuse;
  if (strict) DECAPOD_CHECK(refuse_unknown(from, how.members, at));
  bool const bounded = strict || how.bounds == Bounds::always;
  for (std::size_t i = 0; i < how.members.size(); ++i) {
    auto const& member = how.members[i];
    Path const here(at, member.name);
    if (auto const* found = from.if_contains(member.name)) {
      DECAPOD_CHECK(how.takes[i](*found, member.in(whole), here, bounded ? *member.field : kNoBounds));
    } else if (member.presence == Presence::required) {
      return here.is_missing();
    }
  }
  return {};
}

Result<void> decode_struct(json::value const& from, void* whole, Path const& at, Decoding const& how) {
  auto const* object = from.if_object();
  if (object == nullptr) return at.must_be("an object");
  return decode_members(*object, whole, at, how);
}

Result<void> check_members(void const* whole, Path const& at, Checking const& how) {
  for (std::size_t i = 0; i < how.members.size(); ++i) {
    auto const& member = how.members[i];
    DECAPOD_CHECK(how.checks[i](member.in(const_cast<void*>(whole)), Path(at, member.name), *member.field));
  }
  return {};
}

bool whole_number(json::value const& from, std::int64_t& to) {
  if (from.is_double()) {
    auto const number = from.get_double();
    // Both ends are powers of two: no rounding at the edge.
    if (!(number >= -0x1p63 && number < 0x1p63) || number != std::trunc(number)) return false;
    to = static_cast<std::int64_t>(number);
    return true;
  }
  if (from.is_uint64() && from.get_uint64() > static_cast<std::uint64_t>(kUnbounded)) return false;
  if (!from.is_int64() && !from.is_uint64()) return false;
  to = from.is_int64() ? from.get_int64() : static_cast<std::int64_t>(from.get_uint64());
  return true;
}

Result<void> decode_text(json::value const& from, std::string& to, Path const& at, Field const& bounds) {
  auto const* text = from.if_string();
  if (text == nullptr) return at.must_be("a text");
  DECAPOD_CHECK(check_text(*text, bounds, at));
  to.assign(text->data(), text->size());
  return {};
}

Result<void> decode_time(json::value const& from, Timestamp& to, Path const& at) {
  auto const* text = from.if_string();
  if (text == nullptr) return at.must_be("a time such as 2026-01-31T12:00:00Z");
  // A date alone is for people: of a document, a schema says date-time.
  if (text->size() <= kBareDateBytes) return at.must_be("a time such as 2026-01-31T12:00:00Z");
  auto const time = parse_timestamp(*text);
  if (!time) return at.must_be("a time such as 2026-01-31T12:00:00Z");
  to = *time;
  return {};
}

Result<void> decode_bool(json::value const& from, bool& to, Path const& at) {
  auto const* flag = from.if_bool();
  if (flag == nullptr) return at.must_be("true or false");
  to = *flag;
  return {};
}

}  // namespace detail
}  // namespace decapod::codec
