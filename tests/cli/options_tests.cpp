#include "command_line.h"
#include "sample_verbs.h"

#include <catch2/catch.hpp>

namespace decapod::test {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};

Result<cli::CommandLine> parse(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  cli::Invocation invocation;
  invocation.arguments = std::move(arguments);
  invocation.environment = std::move(environment);
  return cli::parse_command_line(sample_catalogue(), invocation, kNow);
}

json::object arguments_of(std::vector<std::string> arguments) {
  auto const line = parse(std::move(arguments));
  INFO((line ? "" : line.error().message));
  REQUIRE(line.has_value());
  return line->input.arguments;
}

Error error_of(std::vector<std::string> arguments) {
  auto const line = parse(std::move(arguments));
  REQUIRE_FALSE(line.has_value());
  return line.error();
}

}  // namespace

TEST_CASE("each kind of field is read from the command line as its declaration says") {
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--shade", "dark-red", "-c", "3", "--force", "--drying", "1h30m",
                              "--due", "2026-01-31", "--label", "a", "--label=b", "--note", "[urgent]"})) ==
        R"({"shade":"dark-red","coats":3,"force":true,"drying_ms":5400000,"due":"2026-01-31T00:00:00.000Z",)"
        R"("label":["a","b"],"note":"[urgent]","id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "[w]", "w-2", "--", "--w-3"})) ==
        R"({"id":"[w]","also":["w-2","--w-3"]})");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--due", "+2h"})) ==
        R"({"due":"2023-11-15T00:13:20.000Z","id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--due", "-1h"})) ==
        R"({"due":"2023-11-14T21:13:20.000Z","id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--note", "-x --y"})) == R"({"note":"-x --y","id":"w-1"})");
}

TEST_CASE("an option is found in every form in which it can be named") {
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "-c3"})) == R"({"coats":3,"id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--coats=3"})) == R"({"coats":3,"id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "-c", "3", "w-1"})) == R"({"coats":3,"id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--", "-c3"})) == R"({"id":"w-1","also":["-c3"]})");
  CHECK(error_of({"wall", "paint", "w-1", "--coat", "3"}).suggestions.front() == "--coats");
}

TEST_CASE("an option with nothing behind its = has an empty value and leaves the next argument alone") {
  auto const look = [](std::vector<std::string> arguments) { return arguments_of(std::move(arguments)); };
  CHECK(to_text(look({"wall", "paint", "w-1", "--note=", "w-2"})) == R"({"note":"","id":"w-1","also":["w-2"]})");
  CHECK(to_text(look({"wall", "paint", "w-1", "--label=", "--label=b", "--force"})) ==
        R"({"force":true,"label":["","b"],"id":"w-1"})");
  CHECK(to_text(look({"wall", "paint", "w-1", "--note=", "--dry-run"})) == R"({"note":"","id":"w-1"})");
  for (std::string const option : {"--coats", "--drying", "--due", "--shade", "--actor", "--session", "--root",
                                   "--store", "--timeout", "--request-id", "--color", "--format"}) {
    CAPTURE(option);
    for (auto const& rest : {std::vector<std::string>{option + '='}, {option, ""}}) {
      std::vector<std::string> arguments{"wall", "paint", "w-1"};
      arguments.insert(arguments.end(), rest.begin(), rest.end());
      arguments.emplace_back("--dry-run");
      CHECK(error_of(arguments).code == ErrorCode::usage);
    }
  }
  for (std::string const flag : {"--force=", "--dry-run=", "--json="}) {
    CHECK(error_of({"wall", "paint", "w-1", flag}).message.find("takes no value") != std::string::npos);
  }
}

TEST_CASE("an option is no value of the option before it, unless it stands behind its =") {
  for (std::string const option : {"--note", "--label", "--coats", "-c", "--actor", "--session", "--request-id"}) {
    auto const name = option == "-c" ? "--coats" : option;
    for (std::string const next : {"--dry-run", "--json", "--", "--no-option"}) {
      CAPTURE(option, next);
      auto const error = error_of({"wall", "paint", "w-1", option, next});
      CHECK(error.code == ErrorCode::usage);
      CHECK(std::string_view(error.details.at("option").as_string()) == name);
    }
  }
  CHECK(error_of({"--actor", "--json", "wall", "paint", "w-1"}).details.at("option") == "--actor");
  CHECK(to_text(arguments_of({"wall", "paint", "w-1", "--note=--json", "--label=-b", "--label", "-c"})) ==
        R"({"label":["-b","-c"],"note":"--json","id":"w-1"})");
  CHECK(to_text(arguments_of({"wall", "paint", "--", "--note", "--json"})) == R"({"id":"--note","also":["--json"]})");
}

TEST_CASE("an option that every verb has may stand before, between and after the words") {
  for (auto const& arguments :
       std::vector<std::vector<std::string>>{{"--actor", "amy", "wall", "paint", "w-1", "--json"},
                                             {"wall", "--actor=amy", "--json", "paint", "w-1"},
                                             {"--json", "wall", "paint", "--actor", "amy", "w-1"}}) {
    auto const line = parse(arguments);
    REQUIRE(line.has_value());
    CHECK(line->globals.actor == "amy");
    CHECK(line->globals.style.format == cli::Format::json);
    CHECK(line->input.arguments.at("id") == "w-1");
  }
}

TEST_CASE("a misspelt subsystem, verb, option or value is refused with what was meant") {
  CHECK(error_of({"wal", "paint"}).suggestions == std::vector<std::string>{"wall"});
  CHECK(error_of({"paint"}).suggestions == std::vector<std::string>{"wall paint"});
  CHECK(error_of({"wall", "piant", "w-1"}).suggestions == std::vector<std::string>{"paint"});
  CHECK(error_of({"wall", "paint", "w-1", "--shad", "x"}).suggestions == std::vector<std::string>{"--shade"});
  CHECK(error_of({"wall", "paint", "w-1", "--shade", "dark-rde"}).suggestions == std::vector<std::string>{"dark-red"});
  CHECK(error_of({"--jsno", "wall", "paint"}).suggestions == std::vector<std::string>{"--json"});
  CHECK(error_of({"wall", "look", "--format", "jsn"}).suggestions == std::vector<std::string>{"json"});
}

TEST_CASE("a number without a unit is no duration on a command line") {
  auto const said = [](std::string const& text) {
    return error_of({"wall", "paint", "w-1", "--drying", text}).message;
  };
  CHECK(said("3600") == "--drying: '3600' has no unit (ms, s, m, h or d): write 3600s or 1h or 3600ms");
  CHECK(said("250") == "--drying: '250' has no unit (ms, s, m, h or d): write 250s or 4m10s or 250ms");
  CHECK(said("5") == "--drying: '5' has no unit (ms, s, m, h or d): write 5s or 5m");
  CHECK(said("1h30") == "--drying: '1h30' ends in a number without a unit (ms, s, m, h or d): write 30s or 30m");
  CHECK(said("3d12").find("without a unit") != std::string::npos);
  CHECK(error_of({"wall", "paint", "w-1", "--timeout", "5"}).message.find("write 5s or 5m") != std::string::npos);
  CHECK(error_of({"wall", "paint", "w-1", "--due", "+90"}).message.find("write 90s or 1m30s") != std::string::npos);
  auto const patient = parse({"wall", "look"}, {"DECAPOD_TIMEOUT_MS=5000"});
  REQUIRE(patient.has_value());
  CHECK(patient->globals.timeout == Millis(5000));
  auto const bad = parse({"wall", "look"}, {"DECAPOD_TIMEOUT_MS=soon"});
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().message == "DECAPOD_TIMEOUT_MS takes milliseconds such as 5000, not 'soon'");
}

TEST_CASE("whatever cannot be understood ends with exit status 2") {
  for (auto const& arguments : std::vector<std::vector<std::string>>{
           {"wall"},
           {"wall", "paint"},
           {"wall", "paint", "w-1", "--coats", "two"},
           {"wall", "paint", "w-1", "--coats", "3", "--coats", "4"},
           {"wall", "paint", "w-1", "--coats"},
           {"wall", "paint", "w-1", "--force=maybe"},
           {"wall", "paint", "w-1", "--drying", "soon"},
           {"wall", "paint", "w-1", "--due", "yesterday"},
           {"wall", "look", "w-1"},
           {"wall", "look", "--dry-run"},
           {"wall", "look", "--request-id", "r"},
           {"wall", "paint", "w-1", "--min-seq", "3"},
           {"wall", "paint", "w-1", "--request-id", "a b"},
           {"wall", "paint", "w-1", "--request-id", std::string(129, 'a')},
           {"wall", "paint", "w-1", "--request-id", "-r"},
           {"wall", "paint", "w-1", "--request-id=--json"},
           {"wall", "paint", "w-1", "--timeout", "0"},
           {"wall", "paint", "w-1", "--store", "ropo"},
           {"--nonsense"},
       }) {
    CAPTURE(arguments);
    auto const error = error_of(arguments);
    CHECK(exit_status(error.code) == ExitStatus::usage);
    CHECK_FALSE(error.hint_or_default().empty());
  }
}

TEST_CASE("a relative time is refused beside a request id, because a repetition would mean another time") {
  CHECK(error_of({"wall", "paint", "w-1", "--due", "+2h", "--request-id", "r1"}).code == ErrorCode::usage);
  CHECK(parse({"wall", "paint", "w-1", "--due", "2026-01-31", "--request-id", "r1"}).has_value());
}

TEST_CASE("a bound that is broken names the option, not the field") {
  auto const error =
      cli::in_option_words(request_type<Paint>, request_type<Paint>.canonical({{"id", "w"}, {"drying_ms", 5}}).error());
  CHECK(error.message == "--drying must be 1s to 1d");
  CHECK(error.details.at("option") == "--drying");
  CHECK(error_of({"wall", "paint", "w-1", "--coats"}).message == "--coats needs a value");
}

TEST_CASE("one of several values is named by the option, as a single one is") {
  json::array const labels{"a", "\x7f"};
  auto const told = cli::in_option_words(request_type<Paint>,
                                         request_type<Paint>.canonical({{"id", "w"}, {"label", labels}}).error());
  CHECK(told.message == "--label must be text without NUL or DEL");
  CHECK(told.details.at("field") == "label[1]");
}

TEST_CASE("a refusal without a hint of its own gets one from the field that it names") {
  auto const hint_of = [](Error error) { return cli::with_own_hint(request_type<Paint>, std::move(error)).hint; };
  auto const help = std::string("`decapod wall paint --help` says ");
  CHECK(hint_of(fail(ErrorCode::bad_request, "no", {{"field", "drying_ms"}})) ==
        "--drying DURATION: how long it dries (1s to 1d); " + help + "more");
  CHECK(hint_of(fail(ErrorCode::bad_request, "no", {{"field", "label[2]"}})) ==
        "--label TEXT: a label; " + help + "more");
  CHECK(hint_of(fail(ErrorCode::usage, "no", {{"option", "ID"}})) == "ID: the wall; " + help + "more");
  CHECK(hint_of(fail(ErrorCode::bad_request, "no", {{"field", "colour"}})) ==
        "`decapod schema wall paint` has the fields that it takes");
  CHECK(hint_of(fail(ErrorCode::bad_request, "no")) == help + "what it takes");
  // As a reply brings it: the hint of its code.
  auto sent = fail(ErrorCode::bad_request, "no", {{"field", "coats"}});
  sent.hint = sent.hint_or_default();
  CHECK(hint_of(sent) == "--coats N: how many (1 to 9); " + help + "more");
  sent.hint = "paint it twice";
  CHECK(hint_of(sent) == "paint it twice");
  CHECK(hint_of(fail(ErrorCode::not_found, "no", {{"field", "id"}})).empty());
}

TEST_CASE("the environment sets format, patience and request id, and the command line goes before it") {
  std::vector<std::string> const environment = {"DECAPOD_FORMAT=json", "DECAPOD_TIMEOUT_MS=250",
                                                "DECAPOD_REQUEST_ID=r-env"};
  auto const set = parse({"wall", "paint", "w-1"}, environment);
  REQUIRE(set.has_value());
  CHECK(set->globals.style.format == cli::Format::json);
  CHECK(cli::patience(set->globals, Paint::verb) == Millis(250));
  CHECK(set->globals.request_id == "r-env");
  auto const over =
      parse({"wall", "paint", "w-1", "--format", "text", "--timeout", "2s", "--request-id", "r"}, environment);
  REQUIRE(over.has_value());
  CHECK(over->globals.style.format == cli::Format::text);
  CHECK(cli::patience(over->globals, Paint::verb) == Millis(2000));
  CHECK(over->globals.request_id == "r");
  CHECK(parse({"wall", "look"}, {"DECAPOD_FORMAT=xml"}).has_error());
}

TEST_CASE("a dash in place of a prose option stands for standard input, once") {
  auto const line = parse({"wall", "paint", "w-1", "--note", "-"});
  REQUIRE(line.has_value());
  CHECK(line->input.prose == std::vector<std::string>{"note"});
}

TEST_CASE("help for a verb goes before its missing words") {
  auto const line = parse({"wall", "paint", "--help"});
  REQUIRE(line.has_value());
  CHECK(line->face == nullptr);
  CHECK(line->topic == std::vector<std::string>{"wall", "paint"});
}

}  // namespace decapod::test
