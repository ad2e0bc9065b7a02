// What holds for every request type of the program, whoever declared it.

#include <catch2/catch.hpp>

#include <decapod/fields/fields.h>

#include "options.h"
#include "registry.h"
#include "request_arguments.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace decapod;
using namespace decapod::test;

namespace {

constexpr int kRounds = 60;
constexpr std::int64_t kTextBytesDefault = 64 * 1024;

// Catch2's --rng-seed repeats a run.
std::uint32_t seed() {
  static std::uint32_t const value = Catch::rngSeed() != 0 ? Catch::rngSeed() : std::random_device{}();
  return value;
}

// Arguments that the type accepts, to be spoiled in one place.
json::object accepted(RequestType const& type, Random& random) {
  auto arguments = any_arguments(type, random);
  auto const outcome = type.canonical(arguments);
  INFO((outcome ? "" : outcome.error().message));
  INFO(to_text(arguments).substr(0, 2000));
  REQUIRE(outcome.has_value());
  return arguments;
}

// The field of the refusal, which must be a bad_request that says something.
std::string refused_field(RequestType const& type, json::object const& arguments) {
  auto const outcome = type.canonical(arguments);
  INFO(to_text(arguments).substr(0, 2000));
  REQUIRE(outcome.has_error());
  auto const error = outcome.error();
  CHECK(error.code == ErrorCode::bad_request);
  CHECK_FALSE(error.message.empty());
  auto const* field = error.details.if_contains("field");
  return field == nullptr ? "" : std::string(field->as_string());
}

// A value of a JSON type that the field never takes.
json::value wrong_value(FieldShape const& shape) {
  if (shape.repeated) return "not a list";
  switch (shape.kind) {
    case Kind::text:
    case Kind::timestamp:
    case Kind::choice:
      return 7;
    case Kind::integer:
    case Kind::duration:
      return "7";
    case Kind::flag:
      return "yes";
    case Kind::structured:
      return true;
  }
  return nullptr;
}

std::string schema_type(Kind kind) {
  static std::map<Kind, std::string> const names = {
      {Kind::text, "string"},     {Kind::choice, "string"},    {Kind::timestamp, "string"}, {Kind::flag, "boolean"},
      {Kind::integer, "integer"}, {Kind::duration, "integer"}, {Kind::structured, "object"}};
  return names.at(kind);
}

// Objects all the way down: every keyword the checkers of the schemas know, and nothing else.
void check_schema(json::object const& schema) {
  static std::set<std::string, std::less<>> const known = {
      "type",        "properties", "required",  "additionalProperties",
      "items",       "enum",       "minimum",   "maximum",
      "maxItems",    "minLength",  "maxLength", "format",
      "description", "$schema",    "title",     "maxProperties",
      "pattern"};
  INFO(to_text(schema));
  for (auto const& member : schema) CHECK(known.contains(std::string_view(member.key())));
  if (auto const* items = schema.if_contains("items")) check_schema(items->as_object());
  if (auto const* rest = schema.if_contains("additionalProperties"); rest != nullptr && rest->is_object())
    check_schema(rest->as_object());
  auto const* properties = schema.if_contains("properties");
  if (properties == nullptr) return;
  for (auto const& property : properties->as_object()) check_schema(property.value().as_object());
  for (auto const& name : schema.at("required").as_array())
    CHECK(properties->as_object().contains(std::string_view(name.as_string())));
}

}  // namespace

TEST_CASE("every request type has an operation name of its own") {
  std::set<std::string> names;
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    CHECK(names.insert(operation_name(*type->verb)).second);
    CHECK_FALSE(type->verb->summary.empty());
  }
  CHECK(names.size() > 30);
}

TEST_CASE("every reply that may be cut says how to get the rest") {
  int cut = 0;
  for (auto const* group : cli::verb_groups()) {
    for (auto const& face : group->verbs) {
      INFO(operation_name(*face.type->verb));
      auto const schema = face.type->reply_schema();
      auto const& members = schema.at("properties").as_object();
      bool const may_be_cut = std::ranges::any_of(std::to_array({"truncated", "next_cursor", "next_before", "after"}),
                                                  [&](auto const* name) { return members.contains(name); });
      CHECK((face.more != nullptr) == may_be_cut);
      cut += may_be_cut ? 1 : 0;
    }
  }
  CHECK(cut >= 7);
}

TEST_CASE("a field that many verbs have is one and the same everywhere") {
  std::map<std::string, int> seen;
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      auto const& field = *shape.field;
      INFO(operation_name(*type->verb) << ' ' << field.name);
      if (field.name == "cursor") {
        CHECK(field.meaning == "Go on where an earlier answer ended (its next_cursor)");
        CHECK(field.place == Place::option);
      } else if (field.name == "limit") {
        CHECK(field.meaning.starts_with("At most this many"));
        CHECK(field.min == 1);
        CHECK(field.short_name == 'n');
      } else if (field.name == "id" && field.presence == Presence::required &&
                 field.meaning.ends_with("names one only")) {
        CHECK(shape.field == type->fields.front().field);
        CHECK(field.place == Place::positional);
        CHECK(field.max == fields::kIdBytesMax);
      } else {
        continue;
      }
      ++seen[std::string(field.name)];
    }
  }
  CHECK(seen["cursor"] > 6);
  CHECK(seen["limit"] > 10);
  CHECK(seen["id"] > 30);
}

TEST_CASE("a dash for the name of a file is no prose: standard input would become the name") {
  int files = 0;
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      auto const name = option_name(*shape.field);
      if (!name.ends_with("file") && !name.ends_with("key") && name != "against") continue;
      INFO(operation_name(*type->verb) << ' ' << name);
      CHECK_FALSE(cli::takes_prose(shape));
      ++files;
    }
  }
  CHECK(files > 10);
}

TEST_CASE("the canonical form of whatever a request type accepts is its own canonical form") {
  Random random(seed());
  INFO("seed " << seed());
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    for (int round = 0; round < kRounds; ++round) {
      auto const arguments = accepted(*type, random);
      auto const once = type->canonical(arguments);
      INFO(to_text(*once).substr(0, 2000));
      auto const twice = type->canonical(*once);
      INFO((twice ? "" : twice.error().message));
      REQUIRE(twice.has_value());
      CHECK(to_text(*twice) == to_text(*once));
      for (auto const& given : arguments) CHECK(once->contains(given.key()));
    }
  }
}

TEST_CASE("every request type refuses a field that it does not know, by its name") {
  Random random(seed());
  INFO("seed " << seed());
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    auto arguments = accepted(*type, random);
    arguments.emplace("no_such_field", 1);
    CHECK(refused_field(*type, arguments) == "no_such_field");
  }
}

TEST_CASE("every field of every request type refuses a value of another type, and null, by its name") {
  Random random(seed());
  INFO("seed " << seed());
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      INFO(operation_name(*type->verb) << '.' << shape.field->name);
      auto arguments = accepted(*type, random);
      arguments[shape.field->name] = wrong_value(shape);
      CHECK(refused_field(*type, arguments) == shape.field->name);
      arguments[shape.field->name] = nullptr;
      CHECK(refused_field(*type, arguments) == shape.field->name);
    }
  }
}

TEST_CASE("every required field is missed by its name") {
  Random random(seed());
  INFO("seed " << seed());
  int required = 0;
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      if (shape.field->presence != Presence::required) continue;
      INFO(operation_name(*type->verb) << '.' << shape.field->name);
      auto arguments = accepted(*type, random);
      arguments.erase(shape.field->name);
      CHECK(refused_field(*type, arguments) == shape.field->name);
      ++required;
    }
  }
  CHECK(required > 10);
}

TEST_CASE("every text is refused one byte over its bound, and every list one element over its own") {
  Random random(seed());
  INFO("seed " << seed());
  int texts = 0;
  int lists = 0;
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      std::string const name(shape.field->name);
      INFO(operation_name(*type->verb) << '.' << name);
      auto arguments = accepted(*type, random);
      if (shape.kind == Kind::text) {
        auto const most = shape.field->max == kUnbounded ? kTextBytesDefault : shape.field->max;
        json::value const text = json::string(std::string(static_cast<std::size_t>(most) + 1, 'x'));
        arguments[name] = shape.repeated ? json::value(json::array{text}) : text;
        CHECK(refused_field(*type, arguments) == (shape.repeated ? name + "[0]" : name));
        ++texts;
      }
      if (shape.repeated) {
        // Of nothing that any element could be: the refusal names the list only if the count is looked at first.
        arguments[name] = json::array(static_cast<std::size_t>(shape.field->max_items) + 1, json::value());
        CHECK(refused_field(*type, arguments) == name);
        ++lists;
      }
    }
  }
  CHECK(texts > 20);
  CHECK(lists > 5);
}

TEST_CASE("every number is refused one below its least and one above its greatest value") {
  Random random(seed());
  INFO("seed " << seed());
  int numbers = 0;
  for (auto const* type : all_request_types()) {
    for (auto const& shape : type->fields) {
      if (shape.kind != Kind::integer && shape.kind != Kind::duration) continue;
      INFO(operation_name(*type->verb) << '.' << shape.field->name);
      auto arguments = accepted(*type, random);
      arguments[shape.field->name] = shape.field->min - 1;
      CHECK(refused_field(*type, arguments) == shape.field->name);
      if (shape.field->max != kUnbounded) {
        arguments[shape.field->name] = shape.field->max + 1;
        CHECK(refused_field(*type, arguments) == shape.field->name);
      }
      ++numbers;
    }
  }
  CHECK(numbers > 10);
}

TEST_CASE("a request of any type that nests deeper than the limit is refused before it is looked at") {
  Random random(seed());
  INFO("seed " << seed());
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    auto arguments = accepted(*type, random);
    json::value nest = json::array();
    for (std::size_t depth = 2; depth < kJsonDepthMax; ++depth) nest = json::array{nest};
    arguments["nest"] = nest;
    auto const at_limit = parse_json(to_text(arguments), "the request");
    REQUIRE(at_limit.has_value());
    CHECK(refused_field(*type, at_limit->as_object()) == "nest");
    arguments["nest"] = json::array{nest};
    auto const over = parse_json(to_text(arguments), "the request");
    REQUIRE(over.has_error());
    CHECK(over.error().code == ErrorCode::bad_request);
  }
}

TEST_CASE("the schemas of every request type are schemas of objects, and the request's has the fields as properties") {
  for (auto const* type : all_request_types()) {
    INFO(operation_name(*type->verb));
    auto const request = type->request_schema();
    CHECK(request.at("type") == "object");
    CHECK(request.at("additionalProperties") == false);
    CHECK(request.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
    CHECK(request.at("properties").as_object().size() == type->fields.size());
    check_schema(request);
    auto const reply = type->reply_schema();
    CHECK(reply.at("type") == "object");
    CHECK(reply.at("additionalProperties") == true);
    check_schema(reply);
  }
}

TEST_CASE("the schema of every field says its kind, its choices and its bounds") {
  for (auto const* type : all_request_types()) {
    auto const required = type->request_schema().at("required").as_array();
    for (auto const& shape : type->fields) {
      auto const& field = *shape.field;
      INFO(operation_name(*type->verb) << '.' << field.name);
      auto const whole = field_schema(*type, shape);
      CHECK(whole.at("description") == json::value(field.meaning));
      CHECK((std::ranges::count(required, json::value(field.name)) > 0) == (field.presence == Presence::required));
      if (shape.repeated) CHECK(whole.at("type") == "array");
      if (shape.repeated) CHECK(whole.at("maxItems").to_number<std::int64_t>() == field.max_items);
      auto const one = shape.repeated ? whole.at("items").as_object() : whole;
      CHECK(one.at("type") == json::value(schema_type(shape.kind)));
      if (shape.kind == Kind::timestamp) CHECK(one.at("format") == "date-time");
      if (shape.kind == Kind::choice) CHECK(one.at("enum").as_array().size() == shape.choices.size());
      if (shape.kind == Kind::integer || shape.kind == Kind::duration)
        CHECK(one.at("minimum").to_number<std::int64_t>() == field.min);
      if (shape.kind == Kind::text && field.max != kUnbounded)
        CHECK(one.at("maxLength").to_number<std::int64_t>() == field.max);
    }
  }
}

TEST_CASE("every light read declares a budget that others can wait for") {
  int light = 0;
  for (auto const* type : all_request_types()) {
    auto const& verb = *type->verb;
    if (verb.access != Access::read || verb.weight != Weight::light) continue;
    INFO(operation_name(verb));
    CHECK(verb.budget >= std::chrono::milliseconds(5));
    CHECK(verb.budget <= std::chrono::milliseconds(250));
    ++light;
  }
  CHECK(light >= 7);
}
