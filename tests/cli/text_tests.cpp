#include <decapod/cli_kit/text.h>

#include <catch2/catch.hpp>

namespace decapod::test {

TEST_CASE("control characters become visible, also those that UTF-8 spells in two bytes") {
  CHECK(cli::printable("a\x1b]0;x\x07\tb\n") == "a\\x1b]0;x\\x07\\tb\\n");
  CHECK(cli::printable("\xc2\x9b"
                       "31m \xc3\xa9") == "\\x9b31m \xc3\xa9");
  CHECK(cli::printable_lines("a\nb\r\x1b") == "a\nb\\r\\x1b");
  CHECK(cli::printable("\x9b"
                       "1m\xc3") == "\\x9b1m\xc3");
}

TEST_CASE("characters that reorder a line become visible, and others of the same bytes stay") {
  CHECK(cli::printable("a\xe2\x80\xae"
                       "b") == "a\\u202eb");
  for (char const* text : {"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xac", "\xe2\x81\xa6",
                           "\xe2\x81\xa9", "\xd8\x9c", "\xe2\x80\xa8"}) {
    CHECK(cli::printable(text).starts_with("\\u"));
    CHECK(cli::printable_lines(text).starts_with("\\u"));
  }
  for (char const* text :
       {"\xe2\x80\x93", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa", "\xf0\x9f\x98\x80", "\xd7\xa9"}) {
    CHECK(cli::printable(text) == text);
  }
}

TEST_CASE("columns are counted in characters and the last one is not padded") {
  cli::Text text(cli::Colour::never);
  text.table({{"\xc3\xa9", "x"}, {"ab", "y"}, {"c", ""}});
  CHECK(text.str() == "\xc3\xa9   x\nab  y\nc\n");
}

TEST_CASE("a text is cut between characters") {
  CHECK(cli::shortened("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 4) == "\xc3\xa9...");
  CHECK(cli::shortened("abcd", 4) == "abcd");
}

TEST_CASE("colours are there only when they are wanted") {
  CHECK(cli::Text(cli::Colour::never).bold("x") == "x");
  CHECK(cli::Text(cli::Colour::ansi).bold("x") == "\x1b[1mx\x1b[0m");
}

TEST_CASE("on a terminal the last column ends where the page does, and elsewhere where it likes") {
  std::vector<std::vector<std::string>> const rows = {{"t-1", std::string(100, 'x')}};
  cli::Text narrow({.columns = 40});
  narrow.table(rows);
  CHECK(narrow.str() == "t-1  " + std::string(32, 'x') + "...\n");
  cli::Text wide(cli::Colour::never);
  wide.table(rows);
  CHECK(wide.str() == "t-1  " + std::string(100, 'x') + "\n");
}

}  // namespace decapod::test
