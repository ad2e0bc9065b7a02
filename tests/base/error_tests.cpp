#include <decapod/base/error.h>
#include <decapod/base/finding.h>
#include <decapod/base/utf8.h>

#include <boost/json/serialize.hpp>

#include <catch2/catch.hpp>
#include <map>
#include <set>

using namespace decapod;

TEST_CASE("every error has a name of its own, capitals and underscores, and is found by it") {
  std::set<std::string> names;
  for (auto const& row : error_rows()) {
    INFO(row.name);
    CHECK(names.emplace(row.name).second);
    CHECK(row.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos);
    CHECK(error_code(row.name) == row.code);
    CHECK(name_of(row.code) == row.name);
  }
  CHECK_FALSE(error_code("NO_SUCH_ERROR"));
}

TEST_CASE("every error says what to do, and none ends like a success") {
  for (auto const& row : error_rows()) {
    INFO(row.name);
    CHECK(row.hint.size() > 10);
    CHECK_FALSE(row.hint.ends_with('.'));
    CHECK(exit_status(row.code) != ExitStatus::ok);
  }
}

TEST_CASE("what may be repeated freely is what left nothing behind") {
  for (auto const& row : error_rows()) {
    INFO(row.name);
    if (row.exit == ExitStatus::busy) CHECK(row.retry == Retry::yes);
    if (row.exit == ExitStatus::unknown || row.exit == ExitStatus::interrupted) CHECK(row.retry == Retry::same_id);
    if (row.exit == ExitStatus::refused || row.exit == ExitStatus::usage) CHECK(row.retry == Retry::no);
  }
}

TEST_CASE("published codes keep their exit statuses") {
  std::map<std::string, int> const published = {
      {"INTERNAL", 1},          {"USAGE", 2},        {"BAD_REQUEST", 2},         {"NOT_FOUND", 3},
      {"STORE_NOT_FOUND", 3},   {"HELD", 4},         {"REQUEST_ID_CONFLICT", 4}, {"BLOCKED", 5},
      {"VALIDATION_FAILED", 6}, {"AUDIT_BROKEN", 6}, {"NOT_WRITABLE", 7},        {"BUSY", 8},
      {"TIMEOUT", 8},           {"CORRUPT", 9},      {"STORE_TOO_NEW", 9},       {"OUTCOME_UNKNOWN", 10},
      {"INTERRUPTED", 130},
  };
  for (auto const& [name, status] : published) {
    INFO(name);
    auto const code = error_code(name);
    REQUIRE(code.has_value());
    CHECK(static_cast<int>(exit_status(*code)) == status);
  }
}

TEST_CASE("an error made of any bytes can be written as JSON, and what was readable of it stays") {
  auto const error = fail(ErrorCode::corrupt, "cannot open /tmp/\xff\xfe/store",
                          {{"path", "/tmp/\xc3\x28"},
                           {"list", boost::json::array{"\xed\xa0\x80", 7, "sound"}},
                           {"inner", boost::json::object{{"deep", "\x80"}}}});
  CHECK(error.message == "cannot open /tmp/\xEF\xBF\xBD\xEF\xBF\xBD/store");
  CHECK(error.details.at("path") == "/tmp/\xEF\xBF\xBD(");
  CHECK(fail(ErrorCode::busy, std::string("a\0b\x7f", 4)).message ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(error.details.at("list").as_array().at(2) == "sound");
  CHECK(is_utf8(boost::json::serialize(error.details)));
  CHECK(fail(ErrorCode::busy, "gr\xC3\xBC\xC3\x9F dich").message == "gr\xC3\xBC\xC3\x9F dich");
}

TEST_CASE("a well-formed sequence has its length, and everything else none") {
  struct Case {
    std::string_view bytes;
    std::size_t length;
  };
  constexpr Case kCases[] = {
      {"", 0},
      {"a", 1},
      {"\x7f", 1},
      {"\x80", 0},      // continues nothing
      {"\xC1\xBF", 0},  // overlong
      {"\xC2\x80", 2},
      {"\xC2", 0},  // cut
      {"\xC2\x41", 0},
      {"\xDF\xBF...", 2},
      {"\xE0\x9F\xBF", 0},  // overlong
      {"\xE0\xA0\x80", 3},
      {"\xED\x9F\xBF", 3},
      {"\xED\xA0\x80", 0},  // a surrogate
      {"\xEF\xBF", 0},
      {"\xEF\xBF\x41", 0},
      {"\xF0\x8F\xBF\xBF", 0},  // overlong
      {"\xF0\x90\x80\x80", 4},
      {"\xF4\x8F\xBF\xBF", 4},
      {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
      {"\xF0\x90\x80", 0},
      {"\xF0\x90\x80\x41", 0},
      {"\xF5\x80\x80\x80", 0},
      {"\xFF", 0},
  };
  for (auto const& [bytes, length] : kCases) {
    CAPTURE(std::vector<int>(bytes.begin(), bytes.end()));
    CHECK(utf8_length(bytes) == length);
  }
}

TEST_CASE("a beginning of a text ends with a whole character") {
  std::string const text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  std::size_t const ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t bytes = 0; bytes < std::size(ends); ++bytes) CHECK(utf8_prefix(text, bytes).size() == ends[bytes]);
}

TEST_CASE("a hint of the place replaces the one of the table") {
  auto error = fail(ErrorCode::busy, "it is busy");
  CHECK(error.hint_or_default() == "repeat the request");
  error.hint = "wait for the import";
  CHECK(error.hint_or_default() == "wait for the import");
}

TEST_CASE("a gate with findings fails, lists twenty of them and counts all") {
  GateReport report;
  CHECK(report.status == GateStatus::passed);
  for (int i = 0; i < 25; ++i) add_finding(report, {"CODE", std::to_string(i), "", ""});
  CHECK(report.status == GateStatus::failed);
  CHECK(report.total == 25);
  REQUIRE(report.findings.size() == 20);
  CHECK(report.findings.back().message == "19");
}
