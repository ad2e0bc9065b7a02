#include "everything.h"

#include <decapod/base/json.h>

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

using namespace decapod;
using decapod::test::Everything;
using decapod::test::Force;
using decapod::test::Part;
using decapod::test::Shade;

namespace {

using codec::Unknown;

// Texts as they travel: without NUL and DEL, at most `bytes` long.
rc::Gen<std::string> texts(std::size_t bytes) {
  auto const letters = rc::gen::element('a', 'Z', '0', ' ', '"', '\\', '\n', '\t', '/', '<', '\x01', '.');
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, bytes + 1),
                         [letters](std::size_t size) { return rc::gen::container<std::string>(size, letters); });
}

Part any_part() {
  Part part;
  part.name = *texts(30);
  if (*rc::gen::arbitrary<bool>()) part.weight = *rc::gen::arbitrary<std::int64_t>();
  part.tags = *rc::gen::container<std::vector<std::string>>(texts(8));
  return part;
}

Everything any_request() {
  Everything request;
  request.title = 'x' + *texts(39);
  request.priority = *rc::gen::inRange<std::int64_t>(0, 5);
  request.lease_ms = Millis(*rc::gen::inRange<std::int64_t>(1000, 86'400'001));
  if (*rc::gen::arbitrary<bool>()) request.due = Timestamp{*rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999)};
  request.shade = *rc::gen::element(Shade::dark, Shade::very_dark, Shade::light);
  request.force = *rc::gen::element(Force::no, Force::yes);
  auto const labels = *rc::gen::inRange<std::size_t>(0, 6);
  for (std::size_t i = 0; i < labels; ++i) request.labels.push_back(*texts(10));
  auto const parts = *rc::gen::inRange(0, 4);
  for (int i = 0; i < parts; ++i) request.parts.push_back(any_part());
  auto const counts = rc::gen::arbitrary<std::int64_t>();
  request.counts = *rc::gen::container<std::map<std::string, std::int64_t>>(texts(6), counts);
  return request;
}

json::object parsed(std::string_view text) {
  auto value = parse_json(text, "the sample");
  REQUIRE(value.has_value());
  return value->as_object();
}

Error refusal(std::string_view text) {
  auto const decoded = codec::decode<Everything>(parsed(text), Unknown::refuse);
  INFO(text);
  REQUIRE(decoded.has_error());
  CHECK(decoded.error().code == ErrorCode::bad_request);
  return decoded.error();
}

std::string field_of(Error const& error) {
  auto const* field = error.details.if_contains("field");
  return field == nullptr ? "?" : std::string(field->as_string());
}

}  // namespace

TEST_CASE("whatever a request holds comes back from its JSON text, and encodes to the same bytes") {
  rc::prop("encode, decode, encode is the identity", [] {
    auto const request = any_request();
    auto const text = to_text(codec::encode(request));
    auto const value = parse_json(text, "the request");
    RC_ASSERT(value.has_value());
    auto const back = codec::decode<Everything>(*value, Unknown::refuse);
    RC_ASSERT(back.has_value());
    RC_ASSERT((*back == request));
    RC_ASSERT(to_text(codec::encode(*back)) == text);
  });
}

TEST_CASE("the canonical form fills in every default and is its own canonical form") {
  auto const& type = request_type<Everything>;
  auto const canonical = type.canonical(parsed(R"({"title": "a"})"));
  REQUIRE(canonical.has_value());
  CHECK(to_text(*canonical) == R"({"title":"a","priority":2,"lease_ms":1800000,"shade":"light","force":false,)"
                               R"("labels":[],"parts":[],"counts":{}})");
  auto const again = type.canonical(*canonical);
  REQUIRE(again.has_value());
  CHECK(*again == *canonical);
}

TEST_CASE("members may come in any order, and the canonical form is the same") {
  auto const& type = request_type<Everything>;
  auto const one = type.canonical(parsed(R"({"title": "a", "force": true, "priority": 1})"));
  auto const two = type.canonical(parsed(R"({"priority": 1, "force": true, "title": "a"})"));
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK(to_text(*one) == to_text(*two));
}

TEST_CASE("an unknown field of a request is refused by its path, with the field that was meant") {
  auto const top = refusal(R"({"title": "a", "priorty": 1})");
  CHECK(field_of(top) == "priorty");
  CHECK(top.suggestions == std::vector<std::string>{"priority"});
  CHECK(field_of(refusal(R"({"title": "a", "parts": [{"name": "x"}, {"name": "y", "wait": 1}]})")) == "parts[1].wait");
}

TEST_CASE("an unknown field of a reply is passed over, because a newer peer may say more") {
  auto const part = codec::decode<Part>(parsed(R"({"name": "x", "colour": "red"})"), Unknown::ignore);
  REQUIRE(part.has_value());
  CHECK(part->name == "x");
}

TEST_CASE("a wrong type is refused by the path of the field") {
  auto const [text, field] = GENERATE(table<std::string, std::string>({
      {R"({"title": 3})", "title"},
      {R"({"title": "a", "priority": "1"})", "priority"},
      {R"({"title": "a", "priority": 1.5})", "priority"},
      {R"({"title": "a", "priority": 1e300})", "priority"},
      {R"({"title": "a", "priority": 9223372036854775808})", "priority"},
      {R"({"title": "a", "priority": 18446744073709551615})", "priority"},
      {R"({"title": "a", "lease_ms": "30m"})", "lease_ms"},
      {R"({"title": "a", "due": 12})", "due"},
      {R"({"title": "a", "due": "tomorrow"})", "due"},
      {R"({"title": "a", "due": "2026-01-31"})", "due"},
      {R"({"title": "a", "due": "9999-12-31T23:59:59-01:00"})", "due"},
      {R"({"title": "a", "due": "0000-01-01T00:00:00+01:00"})", "due"},
      {R"({"title": "a", "due": null})", "due"},
      {R"({"title": "a", "shade": "very_dark"})", "shade"},
      {R"({"title": "a", "force": "yes"})", "force"},
      {R"({"title": "a", "labels": "x"})", "labels"},
      {R"({"title": "a", "labels": ["x", 3]})", "labels[1]"},
      {R"({"title": "a", "parts": [[]]})", "parts[0]"},
      {R"({"title": "a", "parts": [{"name": "x", "tags": [null]}]})", "parts[0].tags[0]"},
      {R"({"title": "a", "counts": {"x": "y"}})", "counts.x"},
      {R"({})", "title"},
      {R"({"title": "a", "parts": [{}]})", "parts[0].name"},
  }));
  CHECK(field_of(refusal(text)) == field);
}

TEST_CASE("bounds are checked wherever a field is decoded, and the message says what they are") {
  auto const [text, field, words] = GENERATE(table<std::string, std::string, std::string>({
      {R"({"title": ""})", "title", "not empty"},
      {R"({"title": ")" + std::string(41, 'x') + "\"}", "title", "at most 40 bytes"},
      {R"({"title": "a", "priority": 5})", "priority", "at most 4"},
      {R"({"title": "a", "priority": -1})", "priority", "at least 0"},
      {R"({"title": "a", "lease_ms": 999})", "lease_ms", "at least 1000"},
      {R"({"title": "a", "labels": ["12345678901"]})", "labels[0]", "at most 10 bytes"},
      {R"({"title": "a", "labels": ["1", "2", "3", "4", "5", "6"]})", "labels", "at most 5"},
      {R"({"title": "a\u0000b"})", "title", "NUL"},
      {R"({"title": " \t\n\u00a0\u2003\u3000\ufeff"})", "title", "white space"},
      {R"({"title": "a", "parts": [{"name": "1234567890123456789012345678901"}]})", "parts[0].name", "at most 30"},
      {R"({"title": "a", "parts": [{"name": "x", "tags": ["123456789"]}]})", "parts[0].tags[0]", "at most 8"},
      {R"({"title": "a", "counts": {"a\u0000": 1}})", std::string("counts.a\0", 9), "NUL"},
  }));
  auto const error = refusal(text);
  CHECK(field_of(error) == field);
  CHECK_THAT(error.message, Catch::Contains(words));
}

TEST_CASE("a whole number may be written with a fraction of nothing, or with an exponent") {
  auto const request =
      codec::decode<Everything>(parsed(R"({"title": "a", "priority": 3.0, "lease_ms": 2e3})"), Unknown::refuse);
  REQUIRE(request.has_value());
  CHECK(request->priority == 3);
  CHECK(request->lease_ms == Millis(2000));
}

TEST_CASE("a reply is not held to the bounds that its requests have, because a newer peer may have others") {
  auto const part = codec::decode<Part>(parsed(R"({"name": "1234567890123456789012345678901"})"), Unknown::ignore);
  CHECK(part.has_value());
}

TEST_CASE("what was made is held to the same bounds as what was decoded") {
  Everything made{.title = "a", .parts = {{.name = "x"}}};
  CHECK(codec::check(made, codec::Path(Unknown::refuse)).has_value());
  made.parts[0].tags = {"1", "123456789"};
  auto const refused = codec::check(made, codec::Path(Unknown::refuse));
  REQUIRE(refused.has_error());
  CHECK(field_of(refused.error()) == "parts[0].tags[1]");
  made.parts.clear();
  made.title = " ";
  CHECK(codec::check(made, codec::Path(Unknown::refuse)).has_error());
}

TEST_CASE("a choice that is none names the choices and the nearest one") {
  auto const error = refusal(R"({"title": "a", "shade": "very-drak"})");
  CHECK_THAT(error.message, Catch::Contains("dark, very-dark, light"));
  REQUIRE_FALSE(error.suggestions.empty());
  CHECK(error.suggestions.front() == "very-dark");
}
