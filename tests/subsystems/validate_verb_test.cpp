// The verb as a person or CI runs it: in real repositories, with the real binary.
#include <support/repository.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <filesystem>

using namespace decapod::test;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr int kValidationFailed = 6;

json::object const& report_of(Answer const& answer) {
  if (answer.ok()) return answer.data();
  return answer.envelope.at("error").at("details").as_object();
}

json::object gate(Answer const& answer, std::string_view name) {
  for (auto const& gate : report_of(answer).at("gates").as_array()) {
    if (gate.at("gate").as_string() == name) return gate.as_object();
  }
  FAIL("no gate " << name << " in " << answer.process.output);
  return {};
}

std::string status(Answer const& answer, std::string_view name) {
  return std::string(gate(answer, name).at("status").as_string());
}

// "CODE where" of each finding of a gate.
std::vector<std::string> findings(Answer const& answer, std::string_view name) {
  std::vector<std::string> found;
  auto const report = gate(answer, name);
  for (auto const& finding : report.at("findings").as_array()) {
    found.push_back(std::string(finding.at("code").as_string()) + ' ' + std::string(finding.at("where").as_string()));
  }
  return found;
}

void write(TempRepository const& repository, std::string const& path, std::string_view content) {
  auto const whole = fs::path(repository.path()) / path;
  fs::create_directories(whole.parent_path());
  write_file(whole, content);
}

void ignore_store(TempRepository const& repository) {
  write(repository, ".gitignore", "/.decapod/data/\n");
}

constexpr auto kStrict = "[validate.source]\nmode = \"strict\"\nbroker = [\"store\"]\n";
constexpr auto kOpen = "int open() {\n  return sqlite3_open_v2(path, &db, 0, 0);\n}\n";

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("without a store the source gates decide and the store's gates are not applicable") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml", kStrict);
  ignore_store(repository);
  auto const clean = repository.ask({"validate", "--store", "repo"});
  CHECK(clean.ok());
  CHECK(status(clean, "store") == "not-applicable");
  write(repository, "cli/app.cpp", kOpen);
  auto const planted = repository.ask({"validate", "--store", "repo"});
  CHECK(planted.process.status == kValidationFailed);
  CHECK(findings(planted, "source.sqlite-opens") == Paths{"SQLITE_OPENED_OUTSIDE_BROKER cli/app.cpp:2"});
}

TEST_CASE("the broker's folders may open SQLite, an excluded one is not looked at, an exception is counted") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml",
        std::string(kStrict) +
            "exclude = [\"vendor\"]\n"
            "[[validate.source.exception]]\npath = \"tests\"\nreason = \"why\"\n"
            "[[validate.source.exception]]\npath = \"gone\"\nreason = \"no more\"\n");
  ignore_store(repository);
  write(repository, "store/open.cpp", kOpen);
  write(repository, "vendor/x.cpp", kOpen);
  write(repository, "tests/a.cpp", std::string(kOpen) + kOpen);
  auto const answer = repository.ask({"validate"});
  REQUIRE(answer.ok());
  auto const& scan = answer.data().at("scan").as_object();
  auto const& exceptions = scan.at("exceptions").as_array();
  REQUIRE(exceptions.size() == 2);
  CHECK(exceptions[0].at("opens").as_int64() == 2);
  CHECK(exceptions[0].at("reason").as_string() == "why");
  CHECK(gate(answer, "source.sqlite-opens").at("notices").as_array().size() == 1);
  auto const text = repository.must({"validate"});
  CHECK_THAT(text, Catch::Contains("2 opens: why"));
}

TEST_CASE("a repository that says nothing may use SQLite, but not open decapod's own store") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, "app.py", "import sqlite3\ndb = sqlite3.connect('app.db')\n");
  CHECK(repository.ask({"validate"}).ok());
  write(repository, "peek.sh", "#!/bin/sh\nsqlite3 .decapod/data/decapod.db .dump\n");
  auto const answer = repository.ask({"validate"});
  CHECK(answer.process.status == kValidationFailed);
  CHECK(findings(answer, "source.sqlite-opens") == Paths{"SQLITE_OPENED_OUTSIDE_BROKER peek.sh:2"});
}

TEST_CASE("scripts are known by their first line, and what is not scanned is named") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml", kStrict);
  ignore_store(repository);
  write(repository, "tool", "#!/usr/bin/env python3\nimport sqlite3\nsqlite3.connect('x')\n");
  write(repository, "large.c", std::string(3 * 1024 * 1024, ' '));
  write(repository, "odd.c", std::string_view("a\0b", 3));
  write(repository, "name with\nbreak.c", kOpen);
  auto const answer = repository.ask({"validate"});
  CHECK(findings(answer, "source.sqlite-opens") ==
        Paths{"SQLITE_OPENED_OUTSIDE_BROKER name with\\nbreak.c:2", "SQLITE_OPENED_OUTSIDE_BROKER tool:3"});
  auto const notices = serialize(gate(answer, "source.sqlite-opens").at("notices"));
  CHECK_THAT(notices, Catch::Contains("large.c") && Catch::Contains("odd.c"));
}

TEST_CASE("a script whose substitutions have backticks in them is scanned to its end") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml", kStrict);
  ignore_store(repository);
  write(repository, "x.sh", "#!/bin/sh\nx=$(basename `pwd`)\necho sqlite3\nsqlite3 app.db\n");
  auto const answer = repository.ask({"validate", "--timeout", "20s"});
  INFO(answer.process.output);
  CHECK(answer.process.status == kValidationFailed);
  CHECK(findings(answer, "source.sqlite-opens") == Paths{"SQLITE_OPENED_OUTSIDE_BROKER x.sh:4"});
}

TEST_CASE("a file whose scan takes too long ends the command when its time is up, and is named") {
  TempRepository const repository(TempRepository::Store::absent);
  ignore_store(repository);
  // Each slash may begin a regular expression that ends nowhere, so each is looked for to the end of the line: minutes.
  std::string line = "sqlite; x = ";
  while (line.size() < 1'900'000) line += "/[";
  write(repository, "slow.js", line + '\n');
  auto const answer = repository.ask({"validate", "--timeout", "1s"});
  INFO(answer.process.output);
  CHECK(answer.error_code() == "TIMEOUT");
  CHECK(answer.envelope.at("error").at("message").as_string().find("slow.js") != json::string::npos);
}

TEST_CASE("a configuration that cannot be read fails, and says where") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml", "[validate.source]\nmode = \"loose\"\n");
  auto const answer = repository.ask({"validate"});
  CHECK(answer.process.status == kValidationFailed);
  CHECK(findings(answer, "source.sqlite-opens") == Paths{"CONFIG_INVALID .decapod/config.toml"});
}

TEST_CASE("a store that git tracks or does not ignore fails") {
  TempRepository const repository(TempRepository::Store::absent);
  write(repository, ".decapod/config.toml", "");
  auto const open = repository.ask({"validate"});
  CHECK(findings(open, "state.git") == Paths{"STATE_NOT_IGNORED .gitignore"});
  ignore_store(repository);
  write(repository, "old/decapod.db-wal", "x");
  REQUIRE(repository.shell("git add -f old/decapod.db-wal").status == 0);
  auto const tracked = repository.ask({"validate"});
  CHECK(findings(tracked, "state.git") == Paths{"STATE_TRACKED old/decapod.db-wal"});
}

TEST_CASE("where git refuses to list the files, its own words and its own remedy are told") {
  TempRepository const repository;
  ignore_store(repository);
  Environment const untrusted{
      {"GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"}, {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_SYSTEM", "/dev/null"}};
  auto const refused = repository.ask({"validate"}, untrusted);
  INFO(refused.process.output);
  CHECK_FALSE(refused.ok());
  CHECK(refused.process.output.find("): detected dubious ownership in repository at ") != std::string::npos);
  CHECK(refused.process.output.find("git config --global --add safe.directory " + repository.path()) !=
        std::string::npos);
}

TEST_CASE("a fresh store passes every gate, and a file in it that others may read does not") {
  TempRepository const repository;
  ignore_store(repository);
  repository.must({"todo", "add", "first"});
  auto const whole = repository.ask({"validate", "--store", "repo"});
  INFO(whole.process.output);
  CHECK(whole.ok());
  CHECK(status(whole, "broker.ledger") == "passed");
  CHECK(status(whole, "broker.audit-chains") == "passed");
  CHECK(status(whole, "state.permissions") == "passed");
  fs::permissions(repository.state() + "/decapod.db", fs::perms(0644));
  auto const open = repository.ask({"validate", "--store", "repo"});
  CHECK(open.process.status == kValidationFailed);
  CHECK(findings(open, "state.permissions") == Paths{"PERMISSIONS_TOO_OPEN " + repository.state() + "/decapod.db"});
}

TEST_CASE("a link in the place of the exported trail's folder is found, and the trail is exported once it is removed") {
  TempRepository const repository;
  auto const folder = repository.state() + "/audit";
  repository.must({"todo", "add", "first"});
  REQUIRE(repository.falls_quiet());
  fs::remove_all(folder);
  fs::create_directory_symlink(repository.scratch(""), folder);
  repository.must({"todo", "add", "second"});
  auto const linked = repository.ask({"validate"});
  CHECK(linked.process.status == kValidationFailed);
  CHECK(findings(linked, "state.permissions") == Paths{"STATE_IS_A_LINK " + folder});
  REQUIRE(repository.falls_quiet());
  CHECK_FALSE(fs::exists(repository.scratch("mutations.jsonl")));
  fs::remove(folder);
  repository.must({"todo", "add", "third"});
  CHECK(status(repository.ask({"validate"}), "state.permissions") == "passed");
  REQUIRE(repository.falls_quiet());
  auto const exported = read_file(folder + "/mutations.jsonl");
  CHECK(std::count(exported.begin(), exported.end(), '\n') == 3);
}

TEST_CASE("what a command makes for itself while it runs, behind a closed door, is no state that others may reach") {
  TempRepository const repository;
  repository.must({"todo", "add", "first"});
  auto const scratch = repository.state() + "/scratch-0123456789ab";
  fs::create_directories(scratch + "/objects");
  fs::permissions(scratch + "/objects", fs::perms(0755));
  fs::permissions(scratch, fs::perms(0700));
  CHECK(status(repository.ask({"validate"}), "state.permissions") == "passed");
  fs::permissions(scratch, fs::perms(0755));
  auto const open = repository.ask({"validate"});
  CHECK(findings(open, "state.permissions") ==
        Paths{"PERMISSIONS_TOO_OPEN " + scratch, "PERMISSIONS_TOO_OPEN " + scratch + "/objects"});
}

TEST_CASE("a pin of a store in which nothing was done yet agrees with it for ever") {
  TempRepository const repository;
  repository.must({"broker", "checkpoint", "--pin"});
  auto const agrees = [&] {
    auto const verified = repository.ask({"broker", "verify"});
    INFO(verified.process.output);
    REQUIRE(verified.ok());
    CHECK(verified.data().at("checkpoints") == 1);
    auto const validated = repository.ask({"validate", "--require-pin"});
    INFO(validated.process.output);
    CHECK(validated.ok());
  };
  agrees();
  repository.must({"todo", "add", "first"});
  agrees();
}

TEST_CASE("a pinned store passes when a pin is required, and its replacement does not") {
  TempRepository const repository;
  ignore_store(repository);
  repository.must({"todo", "add", "first"});
  CHECK(findings(repository.ask({"validate", "--require-pin"}), "audit.pins") == Paths{"PIN_MISSING .decapod/pins"});
  repository.must({"broker", "checkpoint", "--pin"});
  CHECK(repository.ask({"validate", "--require-pin"}).ok());
  auto const pin = fs::directory_iterator(repository.path() + "/.decapod/pins")->path();
  auto const where = ".decapod/pins/" + pin.filename().string();
  REQUIRE(repository.falls_quiet());
  fs::remove_all(repository.state());
  repository.must({"init"});
  repository.must({"todo", "add", "second"});
  // Brought along by a clone, the pin proves nothing, unless one is required.
  write_file(repository.path() + "/.git/decapod-stores", "");
  CHECK(repository.ask({"validate"}).ok());
  auto const required = repository.ask({"validate", "--require-pin"});
  CHECK(findings(required, "audit.pins") == Paths{"PIN_OF_ANOTHER_STORE " + where});
  // Written down as one of this clone's own, it tells of the replacement.
  write_file(repository.path() + "/.git/decapod-stores", pin.stem().string() + '\n');
  auto const replaced = repository.ask({"validate"});
  CHECK(replaced.process.status == kValidationFailed);
  CHECK(findings(replaced, "audit.pins") == Paths{"STORE_REPLACED " + where});
}

TEST_CASE("records that lie in no folder that can be read do not pass for none") {
  TempRepository const repository;
  ignore_store(repository);
  repository.must({"todo", "add", "first"});
  for (std::string const name : {"lineage", "capsules", "workunits", "pins"}) {
    auto const folder = repository.path() + "/.decapod/" + name;
    write_file(folder, "");
    auto const answer = repository.ask({"validate"});
    INFO(answer.process.output);
    CHECK(answer.error_code() == "INPUT_UNREADABLE");
    CHECK(answer.process.output.find(folder) != std::string::npos);
    fs::remove(folder);
  }
  CHECK(repository.ask({"validate"}).ok());
}

TEST_CASE("this repository passes its own strict scan, and a planted open in cli fails it by file and line") {
  TempRepository const repository(TempRepository::Store::absent);
  // The tree may be another user's, whom git does not trust by itself. What was deleted and not committed is listed
  // too.
  auto const copied = repository.shell("set -o pipefail; cd '" DECAPOD_SOURCE_TREE
                                       "' && git -c safe.directory='*' ls-files -z -co --exclude-standard | "
                                       "tar -c --null -T - --ignore-failed-read | tar -x -C '" +
                                       repository.path() + "'");
  INFO(copied.error);
  REQUIRE(copied.status == 0);
  auto const clean = repository.ask({"validate", "--store", "repo"});
  INFO(clean.process.output);
  REQUIRE(clean.ok());
  CHECK(clean.data().at("scan").at("mode").as_string() == "strict");
  CHECK(clean.data().at("scan").at("files").as_int64() > 100);
  auto const file = repository.path() + "/cli/main.cpp";
  auto const source = read_file(file);
  auto const line = std::count(source.begin(), source.end(), '\n') + 1;
  write_file(file, source + "int planted = sqlite3_open_v2(nullptr, nullptr, 0, nullptr);\n");
  auto const planted = repository.ask({"validate", "--store", "repo"});
  CHECK(planted.process.status == kValidationFailed);
  CHECK(findings(planted, "source.sqlite-opens") ==
        Paths{"SQLITE_OPENED_OUTSIDE_BROKER cli/main.cpp:" + std::to_string(line)});
}

TEST_CASE("a worktree that leads to no repository any more does not pass for one without a store") {
  TempRepository const repository;
  auto const linked = repository.add_worktree("linked");
  fs::rename(repository.path(), repository.scratch("moved"));
  auto command = in_directory(repository.command({"validate", "--store", "repo", "--json"}), linked);
  auto const answer = parse_answer(run(command));
  fs::rename(repository.scratch("moved"), repository.path());
  INFO(answer.process.output << answer.process.error);
  CHECK(answer.error_code() == "REFUSED");
  CHECK(answer.process.status == 5);
}
