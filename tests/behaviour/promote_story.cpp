#include "promote_story.h"

#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <filesystem>

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kPolicy = R"(format = 1
[scopes]
docs = ["docs"]
plans = ["plans"]
[tiers.low]
trust = "basic"
approval = "never"
proof = "asserted"
capsule_scopes = ["docs"]
capsule_limit = 4
capsule_write = true
[tiers.medium]
trust = "basic"
approval = "never"
proof = "asserted"
capsule_scopes = ["docs"]
capsule_limit = 4
capsule_write = true
[tiers.high]
trust = "basic"
approval = "required"
proof = "observed"
capsule_scopes = ["docs"]
capsule_limit = 4
capsule_write = true
[tiers.critical]
trust = "basic"
approval = "required"
proof = "observed"
capsule_scopes = ["docs"]
capsule_limit = 4
capsule_write = true
[[zones]]
name = "core"
reason = "everything rests on it"
risk = "high"
paths = ["core"]
)";

}  // namespace

Environment as(std::string const& actor) {
  return {{"DECAPOD_AGENT_ID", actor}, {"DECAPOD_SESSION_ID", actor == "olga" ? "desk" : "s1"}};
}

Story::Story() {
  repository.set_idle(Milliseconds(0));
  write_file(repository.scratch("word"), "correct horse\n");
  write_file(path(".decapod/policy.toml"), std::string(kPolicy));
  sign({"policy", "operator-init", "--cost", "least"});
  sign({"policy", "activate"});
  fs::create_directories(path("docs"));
  fs::create_directories(path("core"));
  write_file(path("docs/parser.md"), "The parser keeps the last line.\n");
  write_file(path("core/parser.txt"), "one\n");
  commit("files");
  task = text(must({"todo", "add", "the last line", "--label", "risk:high"}), "item", "id");
  must({"todo", "claim", task});
}

Answer Story::ask(Arguments const& arguments, std::string const& actor) const {
  auto with = as(actor);
  with["DECAPOD_FORMAT"] = "json";
  return parse_answer(run(repository.command(arguments, with)));
}

json::object Story::must(Arguments const& arguments, std::string const& actor) const {
  auto const answer = ask(arguments, actor);
  INFO(answer.process.output);
  REQUIRE(answer.ok());
  return answer.data();
}

json::object Story::sign(Arguments arguments) const {
  arguments.insert(arguments.end(),
                   {"--key", repository.scratch("operator.key"), "--passphrase-file", repository.scratch("word")});
  return must(arguments, "olga");
}

std::string Story::text(json::object const& data, char const* member, char const* inner) {
  auto const& value = inner == nullptr ? data.at(member) : data.at(member).at(inner);
  return std::string(value.as_string());
}

void Story::git(std::string const& arguments) const {
  auto const done = repository.shell("git -c user.name=t -c user.email=t@invalid " + arguments);
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
}

void Story::commit(std::string const& message) const {
  git("add -A");
  git("commit -q --allow-empty -m " + message);
}

void Story::sql(std::string const& statement) const {
  REQUIRE(repository.falls_quiet());
  auto const done = repository.shell("sqlite3 .decapod/data/decapod.db \"" + statement + "; SELECT changes() > 0\"");
  INFO(statement << ": " << done.output << done.error);
  REQUIRE(done.output == "1\n");
}

std::string Story::capsule_of(std::string const& for_task) const {
  Arguments const issue{"capsule", "issue",  "--topic", "parser last line", "--scope",
                        "docs",    "--task", for_task,  "--write"};
  // Of risky work it takes the operator's word.
  if (auto const refused = ask(issue); !refused.ok()) grant(refused);
  return text(must(issue), "capsule", "id");
}

void Story::begin() {
  must({"workunit", "init", task, "--intent", "the last line is kept"});
  capsule = capsule_of(task);
  must({"workunit", "attach", task, "--spec", "docs/parser.md", "--capsule", capsule});
  must({"workunit", "plan", task, "tests", "--", "grep", "-q", "two", "core/parser.txt"});
  must({"workunit", "start", task});
}

void Story::work() const {
  write_file(path("core/parser.txt"), "one\ntwo\n");
  finish("work");
}

void Story::finish(std::string const& message) const {
  commit(message);
  must({"workunit", "prove", task, "tests"});
  must({"workunit", "claim", task});
  must({"workunit", "verify", task});
  must({"workunit", "export", task});
  commit("record");
}

Answer Story::check() const {
  return ask({"promote", "check", "workunit", task});
}

Answer Story::record() const {
  return ask({"promote", "record", "workunit", task});
}

std::string Story::approve() const {
  return grant(check());
}

std::string Story::grant(Answer const& refused) const {
  INFO(refused.process.output);
  REQUIRE(refused.error_code() == "APPROVAL_REQUIRED");
  auto const command = std::string(refused.envelope.at("error").at("details").at("command").as_string());
  auto const done =
      repository.shell("decapod() { \"$D\" \"$@\" --json; }; " + command + " --key " +
                           repository.scratch("operator.key") + " --passphrase-file " + repository.scratch("word"),
                       as("olga"));
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  return std::string(json::parse(done.output).at("data").at("approval").at("id").as_string());
}

Answer Story::validate() const {
  return ask({"validate", "--store", "repo"});
}

}  // namespace decapod::test
