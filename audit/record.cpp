#include <decapod/audit/record.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base64.h"
#include "canonical_text.h"

namespace decapod::audit {
namespace {

// One overload a type of field. Each appends the value in its one spelling.
void write(std::string& out, std::string const& value) {
  append_quoted(out, value);
}

void write(std::string& out, Timestamp value) {
  append_quoted(out, to_string(value));
}

template <reflect::Enum E>
void write(std::string& out, E value) {
  append_quoted(out, to_text(value));
}

void write(std::string& out, std::uint64_t value) {
  out += std::to_string(value);
}

void write(std::string& out, Latency value) {
  auto const us = std::max<std::int64_t>(value.us, 0);  // a clock that stepped back says nothing about latency
  auto const fraction = std::to_string(us % 1000);
  out += std::to_string(us / 1000) + '.' + std::string(3 - fraction.size(), '0') + fraction;
}

void write(std::string& out, std::optional<Sha256> const& value) {
  out += '"';
  if (value) out += base64(*value);
  out += '"';
}

void write(std::string& out, std::vector<std::string> const& values) {
  out += '[';
  for (auto const& value : values) {
    if (&value != &values.front()) out += ',';
    append_quoted(out, value);
  }
  out += ']';
}

// And the way back.
template <class T>
Result<void> read(json::value const& from, T& to, codec::Path const& at) {
  return codec::decode_into(from, to, at);
}

Result<void> read(json::value const& from, Latency& to, codec::Path const& at) {
  boost::system::error_code error;
  auto const milliseconds = from.to_number<double>(error);
  if (error || !(milliseconds >= 0) || milliseconds > 1e12) return at.must_be("a number of milliseconds");
  to.us = std::llround(milliseconds * 1000);
  return {};
}

Result<void> read(json::value const& from, std::optional<Sha256>& to, codec::Path const& at) {
  auto const* text = from.if_string();
  if (text == nullptr) return at.must_be("a text");
  if (text->empty()) return {};
  to = from_base64(*text);
  if (!to) return at.must_be("a SHA-256 as 44 characters of base64, or empty");
  return {};
}

using Members = reflect::Members<Record>;

}  // namespace

std::string canonical(Record const& record) {
  std::string out;
  reflect::mp11::mp_for_each<Members>([&](auto member) {
    out += out.empty() ? "{\"" : ",\"";
    out += member.name;
    out += "\":";
    write(out, record.*member.pointer);
  });
  return out += '}';
}

Result<Record> parse_record(std::string_view body) {
  DECAPOD_TRY(auto const value, parse_json(body, "the audit record"));
  codec::Path const top(codec::Unknown::ignore);
  auto const* object = value.if_object();
  if (object == nullptr) return top.must_be("an object");
  Record record;
  Result<void> result;
  reflect::mp11::mp_for_each<Members>([&](auto member) {
    if (!result) return;
    codec::Path const here(top, member.name);
    auto const* field = object->if_contains(member.name);
    result = field == nullptr ? Result<void>(here.is_missing()) : read(*field, record.*member.pointer, here);
  });
  DECAPOD_CHECK(result);
  return record;
}

// Within a text every quotation mark stands behind a backslash, so the member's name is found nowhere else.
std::optional<std::uint64_t> epoch_in(std::string_view body) {
  constexpr std::string_view kName = ",\"epoch\":";
  auto const at = body.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  auto const* const end = body.data() + body.size();
  std::uint64_t epoch = 0;
  auto const [stop, error] = std::from_chars(body.data() + at + kName.size(), end, epoch);
  if (error != std::errc() || stop == end || (*stop != ',' && *stop != '}')) return std::nullopt;
  return epoch;
}

}  // namespace decapod::audit
