// Every verb gives the same bytes however its request reaches a leader: forwarded to a broker, run by the command that
// leads, or run directly where sockets are refused.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "sameness.h"
#include "verb_script.h"
#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>

using namespace decapod::test;

namespace {

struct Transcript {
  std::vector<std::string> lines;  // one a command, with everything it printed
};

using Launcher = std::function<Command(Command)>;

// Ways that all fail to answer would be the same, too.
void check_answered(Finished const& finished, Arguments const& format) {
  INFO(finished.error);
  if (format.empty()) {
    CHECK_FALSE((finished.output + finished.error).empty());
  } else {
    boost::system::error_code bad;
    auto const envelope = boost::json::parse(finished.output, bad);
    REQUIRE((!bad && envelope.is_object()));
    CHECK(envelope.at("ok") == (finished.status == 0));
  }
}

// A broker exports the trail when it is quiet, or a second behind: what is compared with the copy waits for the copy.
bool has_exported(TempRepository const& repository) {
  auto const is_there = [&](std::string const& chain) {
    std::error_code none;
    return std::filesystem::file_size(repository.state() + "/audit/" + chain + ".jsonl", none) > 0 && !none;
  };
  return eventually([&] { return is_there("mutations") && is_there("reads"); });
}

Transcript run_script(TempRepository const& repository, Launcher const& launch, Arguments const& format) {
  // Beside the repository lies the home of whoever works in it.
  Sameness same(std::filesystem::path(repository.path()).parent_path());
  Transcript transcript;
  for (auto const& line : verb_script()) {
    auto arguments = line.arguments;
    for (auto& argument : arguments) {
      if (argument.starts_with("$REPO")) argument.replace(0, 5, repository.path());
    }
    auto command = repository.command(arguments, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
    command.arguments.insert(command.arguments.end(), format.begin(), format.end());
    command.input = line.input;
    if (line.op == "broker.verify" || line.op == "validate") REQUIRE(has_exported(repository));
    auto const finished = run(launch(std::move(command)));
    check_answered(finished, format);
    std::string said;
    for (auto const& argument : line.arguments) said += argument + ' ';
    transcript.lines.push_back(said + "=> " + std::to_string(finished.status) + '\n' +
                               same.apply(finished.output + finished.error));
  }
  return transcript;
}

Command as_it_is(Command command) {
  return command;
}

Transcript forwarded(Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(100'000));
  repository.must({"todo", "stats"});
  return run_script(repository, as_it_is, format);
}

Transcript leader_local(Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  REQUIRE(repository.falls_quiet());
  return run_script(repository, as_it_is, format);
}

Transcript direct(std::string const& mode, Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  REQUIRE(repository.falls_quiet());
  return run_script(
      repository, [&](Command command) { return in_sandbox(std::move(command), mode); }, format);
}

void compare(Transcript const& expected, Transcript const& found, std::string const& way) {
  REQUIRE(found.lines.size() == expected.lines.size());
  for (std::size_t i = 0; i < expected.lines.size(); ++i) {
    INFO(way);
    CHECK(found.lines[i] == expected.lines[i]);
  }
}

}  // namespace

TEST_CASE("every verb answers the same forwarded, led by itself and directly") {
  auto const format = GENERATE(Arguments{}, Arguments{"--json"});
  auto const expected = forwarded(format);
  compare(expected, leader_local(format), "led by the command itself");
  compare(expected, direct("codex", format), "in a sandbox that refuses connections");
  compare(expected, direct("claude", format), "in a sandbox that refuses sockets");
}

TEST_CASE("the comparison covers every verb that is not exempt by name") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const capabilities = repository.ask({"capabilities"});
  REQUIRE(capabilities.ok());
  auto const& verbs = capabilities.data().at("verbs").as_array();
  REQUIRE(verbs.size() > 30);
  for (auto const& verb : verbs) {
    auto const op = std::string(verb.at("op").as_string());
    INFO(op);
    bool const run = std::ranges::count(verb_script(), op, &ScriptLine::op) > 0;
    bool const exempt = std::ranges::count(verbs_without_parity(), op) > 0;
    CHECK(run != exempt);
  }
}
