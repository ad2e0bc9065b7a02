// Every verb gives the same bytes however its request reaches a leader: forwarded to a broker, run by the command that
// leads, or run directly where sockets are refused.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "sameness.h"
#include "verb_script.h"
#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>

using namespace decapod::test;

namespace {

struct Transcript {
  std::vector<std::string> lines;  // one a command, with everything it printed
};

using Launcher = std::function<Command(Command)>;

class ScriptRun {
 public:
  ScriptRun(TempRepository const& repository, Launcher launch, Arguments format)
      : repository_(repository), launch_(std::move(launch)), format_(std::move(format)), same_(repository.path()) {}

  Transcript run_all() {
    Transcript transcript;
    for (auto const& line : verb_script()) transcript.lines.push_back(run_one(line));
    return transcript;
  }

 private:
  std::string run_one(ScriptLine const& line) {
    Arguments arguments;
    for (auto const& argument : line.arguments) arguments.push_back(filled_in(argument));
    auto command = repository_.command(arguments, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
    command.arguments.insert(command.arguments.end(), format_.begin(), format_.end());
    command.input = line.input;
    auto const finished = run(launch_(std::move(command)));
    learn(line);
    std::string said;
    for (auto const& argument : line.arguments) said += argument + ' ';
    return said + "=> " + std::to_string(finished.status) + '\n' + same_.apply(finished.output + finished.error);
  }

  // Ids and tokens are asked for apart from the run, so that the text form needs no parsing.
  void learn(ScriptLine const& line) {
    if (line.op == "todo.add" && ids_.size() < 3) {
      auto const list = repository_.ask({"todo", "list", "--sort", "created", "--limit", "10"});
      for (auto const& item : list.data().at("items").as_array()) {
        auto const id = std::string(item.at("id").as_string());
        if (std::ranges::find(ids_, id) == ids_.end()) ids_.push_back(id);
      }
    }
    if (line.op == "todo.claim" && !ids_.empty()) {
      auto const shown = repository_.ask({"todo", "show", ids_[0]}, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
      auto const* claim = shown.data().at("item").as_object().if_contains("claim");
      if (claim != nullptr && claim->is_object() && claim->get_object().contains("token")) {
        token_ = std::to_string(claim->at("token").as_int64());
      }
    }
  }

  std::string filled_in(std::string argument) const {
    if (argument == "$T1") return token_.empty() ? "1" : token_;
    if (argument.size() == 2 && argument[0] == '$') return ids_.at(static_cast<std::size_t>(argument[1] - '1'));
    if (argument.starts_with("$REPO")) return repository_.path() + argument.substr(5);
    return argument;
  }

  TempRepository const& repository_;
  Launcher launch_;
  Arguments format_;
  Sameness same_;
  std::vector<std::string> ids_;
  std::string token_;
};

Transcript forwarded(Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(20'000));
  repository.must({"todo", "stats"});
  return ScriptRun(repository, [](Command command) { return command; }, format).run_all();
}

Transcript leader_local(Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  return ScriptRun(repository, [](Command command) { return command; }, format).run_all();
}

Transcript direct(std::string const& mode, Arguments const& format) {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  REQUIRE(repository.quiet_within(Milliseconds(5'000)));
  return ScriptRun(repository, [&](Command command) { return in_sandbox(std::move(command), mode); }, format).run_all();
}

void compare(Transcript const& expected, Transcript const& found, std::string const& way) {
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
  for (auto const& verb : capabilities.data().at("verbs").as_array()) {
    auto const op = std::string(verb.at("op").as_string());
    INFO(op);
    bool const run = std::ranges::count(verb_script(), op, &ScriptLine::op) > 0;
    bool const exempt = std::ranges::count(verbs_without_parity(), op) > 0;
    CHECK(run != exempt);
  }
}
