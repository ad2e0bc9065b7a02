// What help shows by way of example can be typed.

#include <catch2/catch.hpp>

#include "command_line.h"
#include "local/local_verbs.h"
#include "registry.h"

#include <algorithm>

using namespace decapod;

namespace {

constexpr Timestamp kNow{1'700'000'000'000};

cli::Catalogue const& catalogue() {
  static std::vector<cli::VerbGroup const*> const groups = [] {
    std::vector<cli::VerbGroup const*> all(cli::verb_groups().begin(), cli::verb_groups().end());
    all.push_back(&cli::local_group());
    return all;
  }();
  static cli::Catalogue const whole(groups);
  return whole;
}

// As a shell splits it: quotes hold words together, and what leads elsewhere (<, >, |, &) ends the command.
std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  bool begun = false;
  auto const end_word = [&] {
    if (begun) words.push_back(std::move(word));
    word.clear();
    begun = false;
  };
  for (char const c : command) {
    if (quote != '\0') {
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (std::string_view("<>|&").find(c) != std::string_view::npos) {
      break;
    } else if (c == ' ') {
      end_word();
    } else {
      word += c;
      begun = true;
    }
  }
  CHECK(quote == '\0');
  end_word();
  return words;
}

}  // namespace

TEST_CASE("every verb that help shows has an example, and each example is a command line of that verb") {
  std::size_t verbs = 0;
  for (auto const* group : catalogue().groups()) {
    for (auto const& face : group->verbs) {
      if (!cli::shown(face)) continue;
      ++verbs;
      auto const& verb = *face.type->verb;
      CAPTURE(operation_name(verb));
      CHECK_FALSE(verb.examples.front().command.empty());
      for (auto const& example : verb.examples) {
        if (example.command.empty()) continue;
        CAPTURE(example.command);
        CHECK_FALSE(example.meaning.empty());
        cli::Invocation invocation;
        invocation.arguments = words_of(example.command);
        auto const line = cli::parse_command_line(catalogue(), invocation, kNow);
        INFO((line ? "" : line.error().message));
        REQUIRE(line.has_value());
        REQUIRE(line->face != nullptr);
        CHECK(operation_name(*line->face->type->verb) == operation_name(verb));
        // Bounds, too. What a command reads from outside is not there.
        auto const canonical = line->face->type->canonical(line->input.arguments);
        auto const gathered = std::ranges::any_of(face.type->fields, [](auto const& shape) {
          return shape.field->presence == Presence::required &&
                 (shape.field->place == Place::content || shape.field->place == Place::fact);
        });
        if (!gathered && line->input.prose.empty()) {
          INFO((canonical ? "" : canonical.error().message));
          CHECK(canonical.has_value());
        }
      }
    }
  }
  CHECK(verbs > 80);
}
