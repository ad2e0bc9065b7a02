#include "help.h"
#include "sample_verbs.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace decapod::test {

TEST_CASE("help for a verb shows its words, options, bounds, defaults and examples") {
  auto const page = cli::help_page(sample_catalogue(), {"wall", "paint"});
  REQUIRE(page.has_value());
  for (std::string const part :
       {"usage: decapod wall paint ID [ALSO...] [options]", "-c, --coats N", "how many (1 to 9) [2]",
        "how long it dries (1s to 1d) [30m]", "--shade pale-blue|dark-red", "a label; may be repeated",
        "what to remember; - reads standard input", "decapod wall paint w-1", "--request-id", "exit codes: 0"}) {
    CAPTURE(part, *page);
    CHECK(page->find(part) != std::string::npos);
  }
}

TEST_CASE("every page of help is at most 40 lines, the list of errors apart") {
  std::vector<std::vector<std::string>> topics = {{},          {"wall"},        {"exit-codes"},
                                                  {"options"}, {"environment"}, {"config"}};
  for (auto const* group : sample_catalogue().groups()) {
    for (auto const& face : group->verbs) {
      std::vector<std::string> topic;
      if (!group->name.empty()) topic.emplace_back(group->name);
      topic.emplace_back(face.type->verb->name);
      topics.push_back(topic);
    }
  }
  for (auto const& topic : topics) {
    CAPTURE(topic);
    auto const page = cli::help_page(sample_catalogue(), topic);
    REQUIRE(page.has_value());
    CHECK(std::ranges::count(*page, '\n') <= 40);
    CHECK(page->find('\t') == std::string::npos);
  }
}

TEST_CASE("help about errors names each of them") {
  auto const page = cli::help_page(sample_catalogue(), {"errors"});
  for (auto const& row : error_rows()) CHECK(page->find(row.name) != std::string::npos);
}

TEST_CASE("help says how durations and times are typed, on the page of a verb that takes them") {
  auto const page = *cli::help_page(sample_catalogue(), {"wall", "paint"});
  CHECK(page.find("DURATION  a sum of numbers with units") != std::string::npos);
  CHECK(page.find("+2d, -1h") != std::string::npos);
  CHECK(cli::help_page(sample_catalogue(), {"wall", "look"})->find("DURATION") == std::string::npos);
  CHECK(cli::help_page(sample_catalogue(), {"batch"})->find("\"op\"") != std::string::npos);
}

TEST_CASE("help about nothing that exists says what was meant") {
  auto const page = cli::help_page(sample_catalogue(), {"wal"});
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().suggestions == std::vector<std::string>{"wall"});
}

}  // namespace decapod::test
