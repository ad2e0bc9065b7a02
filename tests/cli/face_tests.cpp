#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Store = TempRepository::Store;

std::string text_of(json::value const& value) {
  return std::string(std::string_view(value.as_string()));
}

// The words of an operation's command: "todo.claim" is todo claim.
Arguments words_of(std::string const& op) {
  auto const dot = op.find('.');
  if (dot == std::string::npos) return {op};
  return {op.substr(0, dot), op.substr(dot + 1)};
}

std::vector<std::string> operations(TempRepository const& repository) {
  std::vector<std::string> ops;
  auto const answer = repository.ask({"capabilities"});
  for (auto const& verb : answer.data().at("verbs").as_array()) {
    ops.push_back(text_of(verb.at("op")));
  }
  REQUIRE(ops.size() > 30);
  return ops;
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("init makes a store once, and says so the second time") {
  TempRepository const repository(Store::absent);
  CHECK(text_of(repository.ask({"init", "--dry-run"}).data().at("outcome")) == "would-make");
  CHECK_FALSE(fs::exists(repository.path() + "/.decapod"));
  CHECK(text_of(repository.ask({"init"}).data().at("outcome")) == "made");
  CHECK(fs::exists(repository.leader_lock()));
  auto const again = repository.ask({"init"}).data();
  CHECK(text_of(again.at("outcome")) == "already");
  CHECK(again.at("created").as_array().empty());
}

TEST_CASE("git clean leaves the store alone, and git sees only what belongs into a commit") {
  TempRepository const repository;
  auto const done = repository.shell("git clean -fdxq && git add -A && git diff --cached --name-only");
  CHECK(done.status == 0);
  CHECK(fs::exists(repository.leader_lock()));
  CHECK(done.output.find("data") == std::string::npos);
}

TEST_CASE("a linked worktree finds the store of the main one") {
  TempRepository const repository;
  auto const where = run(in_directory(repository.command({"where", "--json"}), repository.add_worktree("linked")));
  CHECK(text_of(parse_answer(where).data().at("state_directory")) == repository.state());
  CHECK(text_of(parse_answer(where).data().at("state")) == "made");
}

TEST_CASE("without a store every verb that needs one ends with exit status 3 and makes nothing") {
  TempRepository const repository(Store::absent);
  auto const answer = repository.ask({"broker", "audit"});
  CHECK(answer.process.status == 3);
  CHECK(answer.error_code() == "STORE_NOT_FOUND");
  CHECK_FALSE(fs::exists(repository.path() + "/.decapod"));
}

TEST_CASE("every verb has help of at most 40 lines and a schema that names its fields") {
  TempRepository const repository(Store::absent);
  auto const capabilities = repository.ask({"capabilities"});
  REQUIRE(capabilities.data().at("verbs").as_array().size() > 30);
  for (auto const& verb : capabilities.data().at("verbs").as_array()) {
    auto const op = text_of(verb.at("op"));
    CAPTURE(op);
    auto help = words_of(op);
    help.emplace_back("--help");
    auto const page = repository.must(help);
    CHECK(std::ranges::count(page, '\n') <= 40);
    CHECK(page.find("usage: " + text_of(verb.at("usage"))) != std::string::npos);

    auto schema = words_of(op);
    schema.insert(schema.begin(), "schema");
    auto const answer = repository.ask(schema);
    REQUIRE(answer.ok());
    auto const& properties = answer.data().at("schemas").at(0).at("request").at("properties").as_object();
    auto const& fields = verb.at("fields").as_array();
    CHECK(properties.size() == fields.size());
    for (auto const& field : fields) CHECK(properties.contains(std::string_view(field.at("name").as_string())));
  }
}

TEST_CASE("an unknown option ends every verb with one envelope and exit status 2") {
  TempRepository const repository(Store::absent);
  for (auto const& op : operations(repository)) {
    CAPTURE(op);
    auto arguments = words_of(op);
    arguments.emplace_back("--no-such-option");
    auto const answer = repository.ask(arguments);
    CHECK(answer.process.status == 2);
    CHECK(answer.error_code() == "USAGE");
    CHECK(answer.process.error.empty());
  }
}

TEST_CASE("a batch answers in order, and goes on after lines that it cannot understand") {
  TempRepository const repository;
  auto command = repository.command({"batch"});
  command.input = R"({"op":"version"})"
                  "\nnonsense\n\n"
                  R"({"op":"versoin"})"
                  "\n"
                  R"({"op":"batch"})"
                  "\n" +
                  std::string(9 * 1024 * 1024, 'x') +
                  "\n"
                  R"({"op":"where","args":{"x":1}})"
                  "\n"
                  R"({"op":"broker.audit"})";
  auto const done = run(command);
  CHECK(done.status == 2);
  std::vector<std::string> codes;
  for (auto const& line : lines_of(done.output)) {
    auto const envelope = json::parse(line).as_object();
    bool const ok = envelope.at("ok").as_bool();
    codes.push_back(text_of(ok ? envelope.at("op") : envelope.at("error").at("code")));
  }
  CHECK(codes == std::vector<std::string>{"version", "BAD_REQUEST", "UNKNOWN_VERB", "BAD_REQUEST", "TOO_LARGE",
                                          "BAD_REQUEST", "broker.audit"});
}

TEST_CASE("the actor of a line is recorded as it is or refused, by the rule of --actor") {
  TempRepository const repository;
  auto command = repository.command({"batch"});
  command.input = R"({"op":"todo.list","actor":"bad\u0007name"})"
                  "\n"
                  R"({"op":"todo.list","actor":")" +
                  std::string(200, 'x') +
                  "\"}\n"
                  R"({"op":"todo.list","actor":" bob "})";
  std::vector<std::string> said;
  for (auto const& line : lines_of(run(command).output)) {
    auto const envelope = json::parse(line).as_object();
    said.push_back(envelope.at("ok").as_bool() ? "ok" : text_of(envelope.at("error").at("code")));
  }
  CHECK(said == std::vector<std::string>{"BAD_REQUEST", "BAD_REQUEST", "ok"});
  CHECK(repository.ask({"todo", "list", "--actor", "bad\aname"}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list", "--actor", std::string(200, 'x')}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list", "--actor", " bob "}).ok());
}

TEST_CASE("a read that fails is not said to be OK") {
  TempRepository const repository;
  auto const answer = repository.ask({"todo", "show", "t-none"});
  CHECK(answer.error_code() == "NOT_FOUND");
  CHECK(text_of(answer.envelope.at("status")) == "NOT_COMMITTED");
}

TEST_CASE("a closed standard output changes neither the work nor the exit status") {
  TempRepository const repository(Store::absent);
  CHECK(repository.shell("$D init >&-; echo $?").output == "0\n");
  CHECK(fs::exists(repository.leader_lock()));
  CHECK(repository.shell("$D capabilities --json | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}").output == "0\n");
  CHECK(repository.shell("$D version <&- 2>&-; echo $?").output.ends_with("0\n"));
}

TEST_CASE("doctor names the setting that a sandbox needs, for each agent") {
  TempRepository const repository;
  auto const open = repository.ask({"doctor"}).data();
  CHECK(text_of(open.at("writes")) == "broker");
  auto const codex = repository.ask_in_sandbox("codex", {"doctor"}, {{"CODEX_SANDBOX_NETWORK_DISABLED", "1"}});
  REQUIRE(codex.ok());
  CHECK(text_of(codex.data().at("writes")) == "direct");
  CHECK(codex.process.output.find("network_access = true") != std::string::npos);
  auto const claude = repository.ask_in_sandbox("claude", {"doctor"}, {{"SANDBOX_RUNTIME", "1"}});
  REQUIRE(claude.ok());
  CHECK(text_of(claude.data().at("writes")) == "direct");
  CHECK(claude.process.output.find("allowUnixSockets") != std::string::npos);
}

TEST_CASE("the completion script of each shell is valid where the shell is installed") {
  TempRepository const repository(Store::absent);
  CHECK(repository.shell("$D completion bash | bash -n; echo ${PIPESTATUS[*]}").output == "0 0\n");
  CHECK(repository.must({"__complete", "--", "compl"}) == "completion\n");
}

}  // namespace decapod::test
