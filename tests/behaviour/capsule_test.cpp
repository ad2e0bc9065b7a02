// Capsules as a person, a script and a liar get them: real repositories, the real binary.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "raw_client.h"
#include "workers.h"

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr int kRefused = 5;
constexpr int kValidationFailed = 6;

constexpr auto kElection =
    "# Election\n\nThe lock decides who leads: one winner, and no pid is asked.\n\n## Leaving\n\nA leader drains.\n";

// Two tasks with ids of their own choosing, so that two stores have the same ones.
constexpr auto kTasks =
    R"({"id":"b-1","title":"one","status":"open","issue_type":"task","created_at":"2025-11-02T21:58:01Z"})"
    "\n"
    R"({"id":"b-2","title":"two","issue_type":"task","labels":["risk:high"],"created_at":"2025-11-02T21:58:02Z"})"
    "\n"
    R"({"id":"b-3","title":"three","issue_type":"task","labels":["risk:hihg"],"created_at":"2025-11-02T21:58:03Z"})"
    "\n";

// Of commands in other repositories than the test's own, which nobody ends: they leave no broker behind.
Environment const& alone() {
  static Environment const value{{"DECAPOD_BROKER_IDLE_MS", "0"}};
  return value;
}

void put(std::string const& path, std::string_view content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

std::string content_of(std::string const& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string git(TempRepository const& repository, std::string const& command) {
  auto const finished = repository.shell("git -c user.name=t -c user.email=t@invalid " + command);
  INFO(command << ": " << finished.error);
  REQUIRE(finished.status == 0);
  return finished.output;
}

void commit_all(TempRepository const& repository) {
  git(repository, "add -A");
  git(repository, "commit -q -m change");
}

void import_tasks(Command import) {
  import.input = kTasks;
  auto const finished = run(import);
  INFO(finished.error);
  REQUIRE(finished.status == 0);
}

// A repository with documents, committed, and with tasks.
struct Project {
  Project() {
    put(at("docs/election.md"), kElection);
    put(at("docs/locks.md"), "A lock is held by one process.\n");
    put(at("README.md"), "# Project\n\nIt has an election of a leader.\n");
    put(at("src/election.c"), "/* election election election */\n");
    put(at("AGENTS.md"), "Read the election chapter first.\n");
    commit_all(repository);
    import_tasks(repository.command({"todo", "import", "-"}));
  }

  std::string at(std::string const& path) const { return repository.path() + '/' + path; }
  Answer issue(Arguments more = {}, Environment const& with = {}) const {
    Arguments arguments{"capsule", "issue", "--topic", "leader election", "--scope", "docs", "--task", "b-1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return repository.ask(arguments, with);
  }
  std::int64_t capsules() const {
    return static_cast<std::int64_t>(repository.ask({"capsule", "list"}).data().at("capsules").as_array().size());
  }

  TempRepository repository;
};

std::string id_of(Answer const& answer) {
  INFO(told(answer));
  REQUIRE(answer.ok());
  return std::string(answer.data().at("capsule").at("id").as_string());
}

std::string bytes_of(Answer const& shown) {
  INFO(told(shown));
  REQUIRE(shown.ok());
  return json::serialize(shown.data().at("capsule"));
}

Answer ask_in(TempRepository const& repository, std::string const& cwd, Arguments arguments,
              Environment with = alone()) {
  arguments.emplace_back("--json");
  with.insert(alone().begin(), alone().end());
  return parse_answer(run(in_directory(repository.command(arguments, with), cwd)));
}

// "subject" of each check that does not agree.
std::vector<std::string> trouble(Answer const& answer) {
  INFO(told(answer));
  auto const& report = answer.ok() ? answer.data() : answer.envelope.at("error").at("details").as_object();
  std::vector<std::string> found;
  for (auto const& check : report.at("checks").as_array()) {
    if (check.at("verdict").as_string() != "agrees") found.emplace_back(check.at("subject").as_string());
  }
  return found;
}

using Trouble = std::vector<std::string>;

}  // namespace

TEST_CASE("one revision gives one capsule: in any clone, worktree and folder, at any time, for anybody") {
  Project const project;
  auto const& repository = project.repository;
  auto const first = project.issue();
  auto const id = id_of(first);
  auto const bytes = bytes_of(repository.ask({"capsule", "show", id}));
  CHECK(first.data().at("capsule").at("excerpts").to_number<int>() == 3);
  CHECK(bytes.find(repository.path()) == std::string::npos);
  CHECK(bytes.find("src/election.c") == std::string::npos);

  // What is not committed is not in it.
  put(project.at("docs/election.md"), "# Election\nleader election leader election\n");
  put(project.at("docs/more.md"), "leader election\n");
  auto const again = project.issue({"--actor", "bob"}, {{"TZ", "Asia/Tokyo"}, {"LC_ALL", "tr_TR.UTF-8"}});
  CHECK(id_of(again) == id);
  CHECK(again.data().at("already").as_bool());
  auto const worktree = repository.add_worktree("beside");
  Arguments const issue{"capsule", "issue", "--topic", "leader election", "--scope", "docs", "--task", "b-1"};
  CHECK(id_of(ask_in(repository, worktree + "/docs", issue)) == id);

  // Another clone, whose store has never heard of it.
  auto const clone = repository.scratch("elsewhere/clone");
  git(repository, "clone -q . '" + clone + "'");
  REQUIRE(run(in_directory(repository.command({"init"}, alone()), clone)).status == 0);
  import_tasks(in_directory(repository.command({"todo", "import", "-"}, alone()), clone));
  auto const there = ask_in(repository, clone + "/src", issue, {{"DECAPOD_AGENT_ID", "carol"}});
  CHECK(id_of(there) == id);
  CHECK_FALSE(there.data().at("already").as_bool());
  CHECK(bytes_of(ask_in(repository, clone, {"capsule", "show", id})) == bytes);
}

TEST_CASE("what is not granted is denied with its code, and no row, no record and no file comes of it") {
  Project const project;
  struct Denial {
    Arguments arguments;
    char const* code;
    int status;
  };
  Arguments const base{"capsule", "issue", "--topic", "election"};
  std::vector<Denial> const denials = {
      {{"--scope", "secrets", "--task", "b-1"}, "CAPSULE_SCOPE_DENIED", kRefused},
      {{"--scope", "../src", "--task", "b-1"}, "CAPSULE_SCOPE_DENIED", kRefused},
      {{"--scope", "docs", "--task", "b-1", "--limit", "9"}, "CAPSULE_LIMIT_DENIED", kRefused},
      {{"--scope", "docs", "--task", "b-2"}, "CAPSULE_POLICY_MISSING", kRefused},
      {{"--scope", "docs", "--task", "b-3"}, "CAPSULE_TIER_UNKNOWN", kRefused},
      {{"--scope", "docs", "--task", "../../etc/passwd"}, "NOT_FOUND", 3},
      {{"--scope", "docs", "--workunit", "w-1"}, "NOT_FOUND", 3},
      {{"--scope", "docs"}, "BAD_REQUEST", 2},
  };
  auto const before = git(project.repository, "status --porcelain --ignored=no");
  for (auto const& denial : denials) {
    auto arguments = base;
    arguments.insert(arguments.end(), denial.arguments.begin(), denial.arguments.end());
    arguments.emplace_back("--write");
    auto const answer = project.repository.ask(arguments);
    INFO(told(answer));
    CHECK(answer.error_code() == denial.code);
    CHECK(answer.process.status == denial.status);
  }
  CHECK(project.capsules() == 0);
  CHECK(git(project.repository, "status --porcelain --ignored=no") == before);
  CHECK_FALSE(fs::exists(project.at(".decapod/capsules")));
  auto const trail = project.repository.ask({"broker", "audit", "--operation", "capsule.issue"});
  CHECK(trail.data().at("records").as_array().empty());

  // Before the first commit there is no revision.
  auto const unborn = project.repository.scratch("unborn");
  git(project.repository, "init -q '" + unborn + "'");
  REQUIRE(run(in_directory(project.repository.command({"init"}, alone()), unborn)).status == 0);
  import_tasks(in_directory(project.repository.command({"todo", "import", "-"}, alone()), unborn));
  auto const answer = ask_in(project.repository, unborn,
                             {"capsule", "issue", "--topic", "election", "--scope", "docs", "--task", "b-1"});
  CHECK(answer.error_code() == "CAPSULE_REVISION_UNRESOLVED");
  CHECK(answer.process.status == kRefused);
}

TEST_CASE("links lead nowhere, and nobody's replacement of an object gets in") {
  Project const project;
  put(project.repository.scratch("outside.md"), "leader election outside\n");
  put(project.at("secret/inside.md"), "leader election inside\n");
  fs::create_symlink(project.repository.scratch("outside.md"), project.at("docs/outside.md"));
  fs::create_symlink("../secret/inside.md", project.at("docs/inside.md"));
  fs::create_directory_symlink("../secret", project.at("docs/folder"));
  put(project.at("docs/binary.md"), std::string_view("leader election\0", 16));
  put(project.at("docs/:(top)[odd]*.md"), "an odd name for a leader election\n");
  commit_all(project.repository);
  git(project.repository, "replace $(git rev-parse HEAD:docs/locks.md) $(git rev-parse HEAD:secret/inside.md)");
  auto const answer = project.issue();
  auto const bytes = bytes_of(project.repository.ask({"capsule", "show", id_of(answer)}));
  CHECK(bytes.find("inside") == std::string::npos);
  CHECK(bytes.find("outside") == std::string::npos);
  CHECK(bytes.find("docs/:(top)[odd]*.md") != std::string::npos);
  std::vector<std::string> left_out;
  for (auto const& left : answer.data().at("left_out").as_array()) {
    left_out.push_back(std::string(left.at("path").as_string()) + ' ' + std::string(left.at("reason").as_string()));
  }
  CHECK(left_out == std::vector<std::string>{"docs/binary.md no-text", "docs/folder link", "docs/inside.md link",
                                             "docs/outside.md link"});
}

TEST_CASE("a capsule becomes a file when asked to, whole, and never through a link or for a dry run") {
  Project const project;
  auto const rehearsed = project.issue({"--write", "--dry-run"});
  CHECK(rehearsed.ok());
  CHECK(project.capsules() == 0);
  CHECK_FALSE(fs::exists(project.at(".decapod/capsules")));

  auto const elsewhere = project.repository.scratch("elsewhere");
  fs::create_directory(elsewhere);
  fs::create_directory_symlink(elsewhere, project.at(".decapod/capsules"));
  CHECK(project.issue({"--write"}).error_code() == "REFUSED");
  CHECK(fs::is_empty(elsewhere));
  fs::remove(project.at(".decapod/capsules"));

  // Nor where the file itself is to be.
  auto const own = id_of(project.issue());
  auto const victim = project.repository.scratch("victim");
  put(victim, "mine\n");
  fs::create_directories(project.at(".decapod/capsules"));
  fs::create_symlink(victim, project.at(".decapod/capsules/" + own + ".json"));
  CHECK(project.issue({"--write"}).error_code() == "REFUSED");
  CHECK(content_of(victim) == "mine\n");
  fs::remove(project.at(".decapod/capsules/" + own + ".json"));

  auto const written = project.issue({"--write"});
  auto const id = id_of(written);
  CHECK(written.data().at("file").as_string() == ".decapod/capsules/" + id + ".json");
  auto const text = content_of(project.at(".decapod/capsules/" + id + ".json"));
  auto const file = json::parse(text).as_object();
  CHECK(file.at("hash").as_string() == written.data().at("capsule").at("hash").as_string());
  auto const shown = project.repository.ask({"capsule", "show", id});
  CHECK(file.at("capsule") == shown.data().at("capsule"));
  CHECK(std::distance(fs::directory_iterator(project.at(".decapod/capsules")), fs::directory_iterator()) == 1);
  CHECK(git(project.repository, "status --porcelain -uall").find(".decapod/capsules/" + id) != std::string::npos);
}

TEST_CASE("verify takes the excerpts again, and says when they are of another time or of nowhere") {
  Project const project;
  auto const id = id_of(project.issue({"--request-id", "capsule-1"}));
  auto const sound = project.repository.ask({"capsule", "verify", id});
  CHECK(trouble(sound).empty());
  CHECK(sound.process.status == 0);

  put(project.at("docs/election.md"), "# Election\n\nIt is all different now.\n");
  commit_all(project.repository);
  auto const later = project.repository.ask({"capsule", "verify", id});
  CHECK(trouble(later) == Trouble{"head"});
  CHECK(later.process.status == kValidationFailed);
  // A retry gets what the first try got, although the documents are others by now.
  CHECK(id_of(project.issue({"--request-id", "capsule-1"})) == id);
  CHECK(id_of(project.issue()) != id);

  project.repository.must({"todo", "edit", "b-1", "--add-label", "risk:medium"});
  CHECK(trouble(project.repository.ask({"capsule", "verify", id})) == Trouble{"head", "tier"});
  CHECK(project.repository.ask({"validate", "--store", "repo"}).process.output.find("CAPSULE_") == std::string::npos);
}

TEST_CASE("a client that lies about the repository is believed until somebody verifies") {
  Project const project;
  // Somebody has to serve, and to go on serving.
  const_cast<TempRepository&>(project.repository).set_idle(Milliseconds(60'000));
  auto const honest = project.issue();
  auto const granted = honest.data().at("capsule").as_object();
  auto const shown = project.repository.ask({"capsule", "show", id_of(honest)}).data().at("capsule").as_object();
  auto excerpts = shown.at("excerpts").as_array();
  auto& text = excerpts[0].at("text").as_string();
  text[text.size() - 1] = '!';
  json::object const lie{{"policy", granted.at("policy")}, {"revision", shown.at("revision")}, {"matched", 9},
                         {"excerpts", excerpts},           {"left_out", json::array()},        {"left_out_total", 0}};
  json::object const caller{{"actor", "mallory"}, {"actor_source", "--actor"}, {"session", "s"}, {"cwd", "/"}};
  auto const say = [&](json::object const& material) {
    auto const client = must_connect(project.repository);
    json::object const request{
        {"op", "capsule.issue"},
        {"arguments", {{"topic", "leader election"}, {"scope", "docs"}, {"task", "b-1"}, {"material", material}}},
        {"caller", caller},
        {"request_id", "lie-" + json::serialize(material.at("matched"))},
        {"idempotency_key", "lie-" + json::serialize(material.at("matched"))},
        {"timeout_ms", 30'000},
        {"dry_run", false},
        {"min_seq", 0}};
    REQUIRE(client.say(frame(kRequest, json::serialize(request))));
    return json::parse(client.message()).as_object();
  };
  auto const stored = say(lie);
  INFO(json::serialize(stored));
  REQUIRE(stored.contains("data"));
  auto const id = std::string(stored.at("data").at("capsule").at("id").as_string());
  auto const verified = project.repository.ask({"capsule", "verify", id});
  CHECK(verified.process.status == kValidationFailed);
  CHECK(trouble(verified) == Trouble{"excerpts", "excerpts"});

  // What can be caught without the repository is.
  auto outside = lie;
  outside["matched"] = 10;
  outside["excerpts"].as_array()[0].as_object()["path"] = "src/election.c";
  auto const refused = say(outside);
  INFO(json::serialize(refused));
  CHECK(refused.at("error").at("code").as_string() == "CAPSULE_SCOPE_DENIED");
  CHECK(project.capsules() == 2);
}
