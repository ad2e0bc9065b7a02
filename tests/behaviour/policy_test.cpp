// The operator's story from outside: a key, a policy, a refusal, an approval, one use, and the same refusal again; and
// that no transport of the program goes around the policy.

#include <catch2/catch.hpp>

#include <support/repository.h>
#include <support/temp_directory.h>

#include "governed.h"
#include "raw_client.h"

#include <boost/json.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view kNothingGoes = R"(format = 1
[tiers.low]
trust = "basic"
approval = "never"
proof = "asserted"
[tiers.medium]
trust = "basic"
approval = "never"
proof = "asserted"
[tiers.high]
trust = "basic"
approval = "never"
proof = "observed"
[tiers.critical]
trust = "basic"
approval = "never"
proof = "observed"
[[zones]]
name = "all"
risk = "low"
approval = "required"
operations = ["*"]
)";

std::string named(std::string const& name) {
  auto text = std::string(kShelf);
  text.insert(text.find('\n') + 1, "name = \"" + name + "\"\n");
  return text;
}

mode_t mode_of(std::string const& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777U;
}

}  // namespace

TEST_CASE("the operator's word is asked for, given once, used once, and asked for again") {
  Governed const g;
  auto const& repository = g.repository;
  REQUIRE(repository.ask({"policy", "init"}).ok());
  CHECK(repository.ask({"policy", "init"}).error_code() == "ALREADY_EXISTS");
  CHECK(repository.ask({"policy", "check"}).ok());
  auto const early = g.operate({"policy", "activate"});
  CHECK(early.error_code() == "OPERATOR_UNKNOWN");
  CHECK(early.process.output.find("operator-init") != std::string::npos);
  // A dry run leaves no key.
  CHECK(g.operate({"policy", "operator-init", "--cost", "least", "--dry-run"}).ok());
  CHECK_FALSE(fs::exists(g.key));
  g.pin();
  CHECK(mode_of(g.key) == 0600);
  // The same key once more says the same, and publishes it where that failed; another one is refused.
  fs::remove(repository.path() + "/.decapod/operator.pub");
  CHECK(g.operate({"policy", "operator-init", "--cost", "least"}).ok());
  CHECK(fs::exists(repository.path() + "/.decapod/operator.pub"));
  CHECK(repository
            .ask({"policy", "operator-init", "--key", repository.scratch("keys/other.key"), "--passphrase-file",
                  g.passphrase, "--cost", "least"},
                 as("mallory"))
            .error_code() == "ALREADY_EXISTS");
  CHECK_FALSE(fs::exists(repository.scratch("keys/other.key")));
  g.activate();
  g.propose(kShelf);
  CHECK(repository.ask({"policy", "show"}).data().at("proposal") == "differs");
  g.activate();
  auto const shown = repository.ask({"policy", "show"});
  CHECK(shown.data().at("sequence") == 2);
  CHECK(shown.data().at("proposal") == "same");

  auto const id = g.finished_task();
  auto const archive = [&] { return repository.ask({"todo", "archive", id}, as("alice")); };
  auto const refused = archive();
  CHECK(refused.process.status == 5);
  CHECK(refused.error_code() == "APPROVAL_REQUIRED");
  auto const command = std::string(refused.envelope.at("error").at("details").at("command").as_string());
  // The command of the message is the one to run, as it stands.
  auto const approved = repository.shell(
      "decapod() { \"$D\" \"$@\"; }; " + command + " --key " + g.key + " --passphrase-file " + g.passphrase,
      as("olga", "desk"));
  INFO(approved.output << approved.error);
  REQUIRE(approved.status == 0);
  CHECK(archive().ok());
  CHECK(archive().error_code() == "APPROVAL_REQUIRED");
  CHECK(repository.ask({"policy", "list"}).data().at("approvals").at(0).at("standing") == "used-up");
  auto const validated = repository.ask({"validate", "--store", "repo"});
  INFO(validated.process.output);
  CHECK(validated.ok());
  CHECK(g.kept().find(kPassphrase) == std::string::npos);
}

TEST_CASE("a key is made where its folder is, and pinned once, however often that is asked for") {
  Governed const g;
  auto const init = [&](std::string const& key) {
    return g.repository.ask(
        {"policy", "operator-init", "--cost", "least", "--key", key, "--passphrase-file", g.passphrase},
        as("olga", "desk"));
  };
  auto const nowhere = g.repository.scratch("nowhere");
  CHECK(init(nowhere + "/operator.key").error_code() == "NOT_WRITABLE");
  CHECK_FALSE(fs::exists(nowhere));
  CHECK(init(g.key).data().at("pinned") == "now");
  CHECK(init(g.key).data().at("pinned") == "before");
  CHECK(g.repository.ask({"policy", "show"}).data().at("keys").as_array().size() == 1);
}

TEST_CASE("a file is no policy, whatever it says, until the operator has signed it") {
  Governed const g;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const id = g.finished_task();
  g.propose("format = 1\n");
  CHECK(g.repository.ask({"todo", "archive", id}, as("alice")).error_code() == "APPROVAL_REQUIRED");
  fs::remove(g.repository.path() + "/.decapod/policy.toml");
  CHECK(g.repository.ask({"todo", "archive", id}, as("alice")).error_code() == "APPROVAL_REQUIRED");
  // Not for the operator's name either.
  CHECK(g.repository.ask({"todo", "archive", id}, as("olga", "desk")).error_code() == "APPROVAL_REQUIRED");
}

TEST_CASE("a wrong passphrase, no passphrase and another key sign nothing, and leave no word of it") {
  Governed const g;
  g.pin();
  g.propose(kShelf);
  auto const wrong = g.repository.scratch("wrong");
  write_file(wrong, "tr0ub4dor\n");
  auto const answer =
      g.repository.ask({"policy", "activate", "--key", g.key, "--passphrase-file", wrong}, as("olga", "desk"));
  CHECK(answer.error_code() == "PASSPHRASE_WRONG");
  CHECK(answer.process.output.find("tr0ub4dor") == std::string::npos);
  // Away from any terminal nobody is asked.
  auto const unasked = g.repository.shell("setsid -w $D policy activate --key " + g.key, as("olga", "desk"));
  CHECK(unasked.status == 2);
  CHECK(unasked.error.find("--passphrase-file") != std::string::npos);
  CHECK(g.repository.ask({"policy", "show"}).data().at("sequence") == 0);
  CHECK(g.kept().find("tr0ub4dor") == std::string::npos);
}

TEST_CASE("the operator's key is replaced by itself, and what the old one approved ends") {
  Governed const g;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const id = g.finished_task();
  REQUIRE(
      g.operate({"policy", "approve", "todo.archive", "--params", "{\"id\":\"" + id + "\"}", "--to", "alice"}).ok());
  auto const next = g.repository.scratch("keys/next.key");
  auto const replaced = g.operate({"policy", "operator-replace", "--new-key", next, "--cost", "least"});
  INFO(replaced.process.output);
  REQUIRE(replaced.ok());
  CHECK(g.repository.ask({"todo", "archive", id}, as("alice")).error_code() == "APPROVAL_REQUIRED");
  CHECK(g.operate({"policy", "activate"}).error_code() == "SIGNATURE_INVALID");
  CHECK(g.repository.ask({"policy", "activate", "--key", next, "--passphrase-file", g.passphrase}, as("olga", "desk"))
            .ok());
}

TEST_CASE("the operator activates exactly what was reviewed, and sees what changes") {
  Governed const g;
  g.pin();
  g.propose(std::string(kShelf));
  g.activate();
  g.propose(named("second") +
            "[[zones]]\nname = \"z\"\nrisk = \"high\"\npaths = [\"dcos\"]\n"
            "operations = [\"todo.ad\", \"knowledge.promote\"]\n");
  auto const checked = g.repository.ask({"policy", "check"}).data();
  auto const hash = std::string(checked.at("hash").as_string());
  CHECK(checked.at("in_force").as_string() != hash);
  CHECK(checked.at("changes").at(0).at("key") == "name");
  CHECK(checked.at("changes").at(0).at("proposed") == "\"second\"");
  auto const warnings = json::serialize(checked.at("warnings"));
  CHECK(warnings.find("todo.ad") != std::string::npos);
  CHECK(warnings.find("dcos") != std::string::npos);
  CHECK(warnings.find("knowledge.promote") == std::string::npos);
  CHECK(g.repository.ask({"policy", "show"}).data().at("idle").as_array().size() == 1);
  // Somebody changes the file between the review and the signature.
  g.propose(named("third"));
  auto const refused = g.operate({"policy", "activate", "--hash", hash});
  CHECK(refused.error_code() == "POLICY_MISMATCH");
  CHECK(refused.envelope.at("error").at("details").at("reviewed").as_string() == hash);
  CHECK(g.repository.ask({"policy", "show"}).data().at("sequence") == 1);
  auto const third = std::string(g.repository.ask({"policy", "check"}).data().at("hash").as_string());
  auto const activated = g.operate({"policy", "activate", "--hash", third});
  INFO(activated.process.output);
  REQUIRE(activated.ok());
  CHECK(activated.data().at("file").as_string().ends_with(".decapod/policy.toml"));
  CHECK(activated.data().at("changes").at(0).at("proposed") == "\"third\"");
}

TEST_CASE("a grant of trust that is refused leaves no token, and takes away no file of others") {
  Governed const g;
  g.pin();
  g.propose(std::string(kShelf));
  g.activate();
  auto const file = g.repository.scratch("alice.token");
  // Longer than the policy allows.
  Arguments const grant{"policy",   "trust",     "alice",      "--for-session", "s1", "--level",
                        "verified", "--expires", "2099-01-01", "--token-file",  file};
  auto const refused = g.operate(grant);
  INFO(refused.process.output);
  CHECK_FALSE(refused.ok());
  CHECK_FALSE(fs::exists(file));
  write_file(file, "mine\n");
  CHECK(g.operate(grant).error_code() == "ALREADY_EXISTS");
  CHECK(read_file(file) == "mine\n");
}

TEST_CASE("whoever asks for no broker makes no change, and reads as before") {
  Governed const g;
  Environment const without{{"DECAPOD_GROUP_BROKER_DISABLE", "1"}};
  auto const refused = g.repository.ask({"todo", "add", "x"}, without);
  CHECK(refused.error_code() == "BROKER_ROUTE_REQUIRED");
  CHECK(refused.process.status == 5);
  auto const batch = g.repository.shell(R"(echo '{"op":"todo.add","args":{"title":"x"}}' | $D batch)", without);
  CHECK(batch.output.find("BROKER_ROUTE_REQUIRED") != std::string::npos);
  auto const listed = g.repository.ask({"todo", "list"}, without);
  REQUIRE(listed.ok());
  CHECK(listed.data().at("items").as_array().empty());
  CHECK(g.repository.ask({"todo", "add", "x"}, {{"DECAPOD_GROUP_BROKER_DISABLE", "0"}}).ok());
}

TEST_CASE("a token gives its session trust, and no trace of it is kept") {
  Governed const g;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const id = g.finished_task();
  Arguments const unlink{"todo", "unlink", id, "related", id};
  CHECK(g.repository.ask(unlink, as("alice")).error_code() == "POLICY_DENIED");
  auto const file = g.repository.scratch("alice.token");
  CHECK(g.operate({"policy", "trust", "alice", "--for-session", "s1", "--level", "verified", "--token-file", file,
                   "--dry-run"})
            .ok());
  CHECK_FALSE(fs::exists(file));
  auto const nowhere = g.operate({"policy", "trust", "alice", "--for-session", "s1", "--level", "verified",
                                  "--token-file", g.repository.scratch("absent") + "/t"});
  CHECK(nowhere.error_code() == "NOT_WRITABLE");
  CHECK_FALSE(fs::exists(g.repository.scratch("absent")));
  auto const granted =
      g.operate({"policy", "trust", "alice", "--for-session", "s1", "--level", "verified", "--token-file", file});
  INFO(granted.process.output);
  REQUIRE(granted.ok());
  CHECK(mode_of(file) == 0600);
  auto bearing = as("alice");
  bearing["DECAPOD_TRUST_TOKEN_FILE"] = file;
  CHECK(g.repository.ask(unlink, bearing).error_code() != "POLICY_DENIED");
  auto lost = as("alice");
  lost["DECAPOD_TRUST_TOKEN_FILE"] = g.repository.scratch("no.token");
  CHECK(g.repository.ask({"todo", "list"}, lost).ok());
  CHECK(g.repository.ask(unlink, lost).error_code() == "INPUT_UNREADABLE");
  auto stolen = as("mallory");
  stolen["DECAPOD_TRUST_TOKEN_FILE"] = file;
  CHECK(g.repository.ask(unlink, stolen).error_code() == "POLICY_DENIED");
  auto const token = read_file(file);
  auto const secret = token.substr(token.find('.') + 1, 64);
  REQUIRE(secret.size() == 64);
  CHECK(g.kept().find(secret) == std::string::npos);
  CHECK(granted.process.output.find(secret) == std::string::npos);
}

TEST_CASE("no transport takes a write past the policy") {
  Governed const g;
  auto const& repository = g.repository;
  g.pin();
  g.propose(std::string(kNothingGoes));
  g.activate();
  auto const total = [&] {
    return repository.ask({"broker", "verify"}).data().at("chains").at(0).at("size").to_number<int>();
  };
  auto const before = total();
  SECTION("the command line, with every variable and flag that changes its way") {
    for (auto const& with :
         {Environment{}, Environment{{"DECAPOD_BROKER_IDLE_MS", "0"}}, Environment{{"DECAPOD_ROOT", repository.path()}},
          Environment{{"DECAPOD_AGENT_ID", "olga"}}, Environment{{"DECAPOD_ACTOR", "decapod"}}}) {
      CHECK(repository.ask({"todo", "add", "one"}, with).error_code() == "APPROVAL_REQUIRED");
      CHECK(repository.ask({"todo", "add", "one", "--actor", "operator"}, with).error_code() == "APPROVAL_REQUIRED");
      CHECK(repository.ask({"todo", "add", "one", "--request-id", "r-1"}, with).error_code() == "APPROVAL_REQUIRED");
    }
  }
  SECTION("where sockets are forbidden") {
    for (auto const* mode : {"codex", "claude"}) {
      CHECK(repository.ask_in_sandbox(mode, {"todo", "add", "one"}).error_code() == "APPROVAL_REQUIRED");
    }
  }
  SECTION("a batch") {
    auto command = repository.command({"batch"});
    command.input =
        "{\"op\":\"todo.add\",\"args\":{\"title\":\"one\"}}\n"
        "{\"op\":\"todo.add\",\"args\":{\"title\":\"one\"},\"actor\":\"olga\"}\n";
    auto const finished = Child(command).wait();
    CHECK(finished.status == 5);
    CHECK(finished.output.find("COMMITTED") == finished.output.find("NOT_COMMITTED") + 4);
  }
  SECTION("an import") {
    auto command = repository.command({"todo", "import", "-", "--json"});
    command.input = "{\"id\":\"b-1\",\"title\":\"one\",\"issue_type\":\"task\"}\n";
    CHECK(parse_answer(Child(command).wait()).error_code() == "APPROVAL_REQUIRED");
  }
  SECTION("a restore of a store that had no policy yet") {
    auto const snapshot = repository.scratch("snapshot.db");
    REQUIRE(repository.ask({"broker", "snapshot", snapshot}).ok());
    CHECK(repository.ask({"broker", "restore", snapshot}).error_code() == "APPROVAL_REQUIRED");
    CHECK(repository.ask({"broker", "restore", snapshot, "--force", "--discard"}).error_code() == "APPROVAL_REQUIRED");
  }
  CHECK(total() == before);
}

TEST_CASE("frames of its own do not take a client past the policy, for any declared write") {
  Governed g;
  auto& repository = g.repository;
  g.pin();
  g.propose(std::string(kNothingGoes));
  repository.set_idle(Milliseconds(60'000));
  g.activate();
  auto const capabilities = repository.ask({"capabilities"});
  std::optional<Raw> raw;
  REQUIRE(eventually([&] { return (raw = Raw::connect(repository)).has_value(); }));
  REQUIRE(raw->is_greeted());
  int tried = 0;
  for (auto const& verb : capabilities.data().at("verbs").as_array()) {
    if (verb.at("access") != "write") continue;
    json::object arguments;
    for (auto const& field : verb.at("fields").as_array()) {
      if (!field.at("required").as_bool()) continue;
      auto const* choices = field.as_object().if_contains("choices");
      bool const choice = choices != nullptr && !choices->as_array().empty();
      auto const value = choice ? choices->as_array().at(0) : json::value("x");
      bool const repeated = field.at("repeated").as_bool();
      arguments.emplace(field.at("name").as_string(), repeated ? json::value(json::array{value}) : value);
    }
    json::object const request{
        {"op", verb.at("op")},
        {"arguments", arguments},
        {"caller", {{"actor", "olga"}, {"actor_source", "--actor"}, {"session", "desk"}, {"cwd", "/"}}},
        {"request_id", "raw-" + std::to_string(tried)},
        {"idempotency_key", "raw-" + std::to_string(tried)},
        {"timeout_ms", 60'000},
        {"dry_run", false},
        {"min_seq", 0}};
    raw->say(frame(kRequest, json::serialize(request)));
    auto const reply = json::parse(raw->message()).as_object();
    INFO(json::serialize(request) << "\n" << json::serialize(reply));
    REQUIRE(reply.contains("error"));
    auto const code = reply.at("error").at("code").as_string();
    // What no promotion could ever be is said before what it would take.
    bool const unthinkable = verb.at("op") == "promote.record" && code == "BAD_REQUEST";
    CHECK((code == "APPROVAL_REQUIRED" || code == "SIGNATURE_INVALID" || unthinkable));
    CHECK(reply.at("status") == "NOT_COMMITTED");
    ++tried;
  }
  CHECK(tried > 20);
}
