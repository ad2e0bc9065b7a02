#include <decapod/base/clock.h>

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

using namespace decapod;

namespace {

constexpr std::int64_t kLastOf9999 = 253'402'300'799'999;
constexpr std::int64_t kFirstOf0000 = -62'167'219'200'000;
constexpr std::int64_t kTenYears = 3650LL * 86'400'000;

std::int64_t ms_of(std::string_view text) {
  auto const time = parse_timestamp(text);
  INFO(text);
  REQUIRE(time.has_value());
  return time->ms;
}

std::int64_t duration_of(std::string_view text) {
  auto const duration = parse_duration(text);
  INFO(text);
  REQUIRE(duration.has_value());
  return duration->count();
}

}  // namespace

TEST_CASE("a time that was printed is read back as itself") {
  rc::prop("parse after print", [] {
    Timestamp const time{*rc::gen::inRange<std::int64_t>(kFirstOf0000, kLastOf9999)};
    auto const back = parse_timestamp(to_string(time));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->ms == time.ms);
  });
}

TEST_CASE("later times print as later texts") {
  rc::prop("order is kept", [] {
    Timestamp const a{*rc::gen::inRange<std::int64_t>(0, kLastOf9999)};
    Timestamp const b{*rc::gen::inRange<std::int64_t>(0, kLastOf9999)};
    RC_ASSERT((a < b) == (to_string(a) < to_string(b)));
  });
}

TEST_CASE("known times have their numbers") {
  CHECK(to_string(Timestamp{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(ms_of("2000-02-29T12:00:00Z") == 951'825'600'000);
  CHECK(ms_of("2000-02-29") == 951'782'400'000);
  CHECK(ms_of("2000-02-29T14:00:00.25+02:00") == 951'825'600'250);
  CHECK(ms_of("2000-02-29t12:00:00.123999z") == 951'825'600'123);
  CHECK(ms_of("1969-12-31T23:59:59.999Z") == -1);
}

TEST_CASE("what is no time is refused with an example") {
  for (std::string const text :
       {"", "2001-02-29", "2000-13-01", "2000-1-1", "2000-01-01T24:00:00Z", "2000-01-01T00:00:00",
        "2000-01-01T00:00:00+24:00", "2000-01-01T00:00:00.Z", "2000-01-01x", "-200-01-01"}) {
    INFO(text);
    auto const time = parse_timestamp(text);
    REQUIRE(time.has_error());
    CHECK(time.error().code == ErrorCode::bad_request);
    CHECK_THAT(time.error().message, Catch::Contains("2026-01-31"));
  }
}

TEST_CASE("a duration that was printed is read back as itself") {
  rc::prop("parse after print", [] {
    Millis const duration(*rc::gen::inRange<std::int64_t>(0, kTenYears + 1));
    auto const back = parse_duration(to_string(duration));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->count() == duration.count());
  });
}

TEST_CASE("durations are sums of units, and a bare number counts milliseconds") {
  CHECK(duration_of("1500") == 1500);
  CHECK(duration_of("1h30m") == 5'400'000);
  CHECK(duration_of("2d") == 172'800'000);
  CHECK(duration_of("1w") == 604'800'000);
  CHECK(duration_of("250ms") == 250);
  CHECK(to_string(Millis(5'400'000)) == "1h30m");
  CHECK(to_string(Millis(0)) == "0s");
}

TEST_CASE("what is no duration, or longer than ten years, is refused") {
  for (std::string const text :
       {"", "m", "1x", "-5m", "1.5h", "30 m", "99999999999999999999", "3651d", "3650d1ms", "1mm"}) {
    INFO(text);
    auto const duration = parse_duration(text);
    REQUIRE(duration.has_error());
    CHECK(duration.error().code == ErrorCode::bad_request);
  }
}

TEST_CASE("the system's clocks move on and carry the boot they were given") {
  auto const clock = system_clock("boot-1");
  auto const before = clock->steady();
  auto const now = clock->now();
  CHECK(clock->steady() >= before);
  CHECK(now.boot_id == "boot-1");
  CHECK(now.wall.ms > 1'700'000'000'000);
  CHECK(now.boot.ms > 0);
}
