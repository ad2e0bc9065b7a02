#include "everything.h"

#include <catch2/catch.hpp>

using namespace decapod;
using decapod::test::Everything;

TEST_CASE("the schema of a request says kinds, meanings, bounds, what is required and that nothing else is allowed") {
  auto const schema = request_type<Everything>.request_schema();
  CHECK(to_text(schema) ==
        R"({"type":"object","properties":{)"
        R"("title":{"type":"string","minLength":1,"maxLength":40,"pattern":"\\S","description":"A text"},)"
        R"("priority":{"type":"integer","minimum":0,"maximum":4,"description":"A number"},)"
        R"("lease_ms":{"type":"integer","minimum":1000,"maximum":86400000,"description":"A duration"},)"
        R"("due":{"type":"string","format":"date-time","description":"A time"},)"
        R"("shade":{"type":"string","enum":["dark","very-dark","light"],"description":"A choice"},)"
        R"("force":{"type":"boolean","description":"A yes/no"},)"
        R"("labels":{"type":"array","items":{"type":"string","maxLength":10},"maxItems":5,"description":"A list"},)"
        R"("parts":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","maxLength":30},)"
        R"("weight":{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807,)"
        R"("description":"What it weighs"},)"
        R"("tags":{"type":"array","items":{"type":"string","maxLength":8},"maxItems":200}},"required":["name"],)"
        R"("additionalProperties":false},"maxItems":1000,"description":"Structures"},)"
        R"("counts":{"type":"object","additionalProperties":{"type":"integer","minimum":-9223372036854775808,)"
        R"("maximum":9223372036854775807},"maxProperties":100,"description":"A map"}},)"
        R"("required":["title"],"additionalProperties":false,)"
        R"("$schema":"https://json-schema.org/draft/2020-12/schema","title":"Carry every kind of value"})");
}

TEST_CASE("a reply's schema lets a newer peer say more") {
  auto const schema = request_type<Everything>.reply_schema();
  CHECK(schema.at("additionalProperties").as_bool());
  CHECK(to_text(schema.at("required")) == R"(["name"])");
  CHECK(to_text(schema.at("properties")) ==
        R"({"name":{"type":"string"},"weight":{"type":"integer","description":"What it weighs"},)"
        R"("tags":{"type":"array","items":{"type":"string"}}})");
}

TEST_CASE("names of operations, commands and options follow from the declaration") {
  CHECK(operation_name(Everything::verb) == "test.everything");
  CHECK(command_name(Everything::verb) == "decapod test everything");
  CHECK(option_name(Everything::fields[2]) == "lease");
  CHECK(option_name({.name = "open_only", .meaning = ""}) == "open-only");
  CHECK(operation_name({.subsystem = "", .name = "init"}) == "init");
}

TEST_CASE("the command line learns each field's kind, repetition and choices") {
  auto const fields = request_type<Everything>.fields;
  REQUIRE(fields.size() == 9);
  CHECK(fields[0].kind == Kind::text);
  CHECK(fields[1].kind == Kind::integer);
  CHECK(fields[2].kind == Kind::duration);
  CHECK(fields[3].kind == Kind::timestamp);
  CHECK(fields[4].kind == Kind::choice);
  CHECK(fields[4].choices.size() == 3);
  CHECK(fields[5].kind == Kind::flag);
  CHECK(fields[6].repeated);
  CHECK(fields[7].kind == Kind::structured);
}
