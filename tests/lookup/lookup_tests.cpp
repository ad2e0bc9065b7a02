#include <decapod/base/reflect.h>
#include <decapod/lookup/cursor.h>
#include <decapod/lookup/search.h>

#include <catch2/catch.hpp>

using namespace decapod;
using namespace decapod::lookup;

namespace {

struct Listing {
  std::string kind;
  std::int64_t limit = 10;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(Listing, (), (kind, limit, cursor))

}  // namespace

TEST_CASE("words become a query without operators") {
  CHECK(fts_query("parser last") == R"("parser" "last"*)");
  CHECK(fts_query(R"(a" OR b* NEAR(c) -d:e)") == R"("a" "OR" "b" "NEAR" "c" "d" "e"*)");
  CHECK(fts_query("-- \" '").empty());
}

TEST_CASE("words without a letter or digit are refused with an example") {
  auto const refused = asked_query("-- !", "decapod todo search parser");
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == ErrorCode::bad_request);
  CHECK(refused.error().hint.find("decapod todo search parser") != std::string::npos);
}

TEST_CASE("a cursor leads on under its own filters, whatever the limit, and under no others") {
  auto const cursor = to_cursor(filters_of(Listing{.kind = "a", .limit = 5}), 17);
  auto const later = from_cursor(filters_of(Listing{.kind = "a", .limit = 50, .cursor = cursor}), cursor);
  REQUIRE(later.has_value());
  CHECK(*later == 17);
  CHECK(from_cursor(filters_of(Listing{.kind = "b"}), cursor).error().code == ErrorCode::bad_request);
  auto const start = cursor.substr(0, cursor.find('/'));
  for (auto const& damaged :
       std::vector<std::string>{"", "/", "x", "17", start, start + "/", start + "/-1", start + "/1x"}) {
    INFO(damaged);
    CHECK(from_cursor(filters_of(Listing{.kind = "a"}), damaged).error().code == ErrorCode::bad_request);
  }
}
