// What the operator has signed outlasts every restore, and where nothing of it is left, the operator is asked.

#include <catch2/catch.hpp>

#include "governed.h"

#include <filesystem>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

// A store with a signed policy, and snapshots from before it had an operator and from then on.
struct BeforeAndAfter {
  Governed governed;
  std::string before = governed.repository.scratch("before.db");
  std::string after = governed.repository.scratch("after.db");

  BeforeAndAfter() {
    auto const& repository = governed.repository;
    repository.must({"todo", "add", "one"});
    REQUIRE(repository.ask({"broker", "snapshot", before}).ok());
    governed.pin();
    governed.propose(kShelf);
    governed.activate();
    REQUIRE(repository.ask({"broker", "snapshot", after}).ok());
  }
};

}  // namespace

TEST_CASE("a restore does not take back what the operator has signed, nor what was used") {
  Governed const g;
  auto const& repository = g.repository;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const id = g.finished_task();
  Arguments const archive{"todo", "archive", id};
  REQUIRE(
      g.operate({"policy", "approve", "todo.archive", "--params", "{\"id\":\"" + id + "\"}", "--to", "alice"}).ok());
  auto const snapshot = repository.scratch("snapshot.db");
  REQUIRE(repository.ask({"broker", "snapshot", snapshot}).ok());
  REQUIRE(repository.ask(archive, as("alice")).ok());
  g.propose(kShelf + "[[zones]]\nname = \"doors\"\nrisk = \"high\"\noperations = [\"todo.reopen\"]\n");
  g.activate();
  auto const restored = repository.ask({"broker", "restore", snapshot}, as("alice"));
  INFO(restored.process.output);
  REQUIRE(restored.ok());
  CHECK(repository.ask({"policy", "show"}).data().at("sequence") == 2);
  CHECK(repository.ask(archive, as("alice")).error_code() == "APPROVAL_REQUIRED");
  auto const validated = repository.ask({"validate", "--store", "repo"});
  INFO(validated.process.output);
  CHECK(validated.ok());
}

TEST_CASE("uses that a restore has carried over are on record, and missed when they are deleted") {
  Governed const g;
  auto const& repository = g.repository;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const id = g.finished_task();
  REQUIRE(
      g.operate({"policy", "approve", "todo.archive", "--params", "{\"id\":\"" + id + "\"}", "--to", "alice"}).ok());
  auto const snapshot = repository.scratch("snapshot.db");
  REQUIRE(repository.ask({"broker", "snapshot", snapshot}).ok());
  REQUIRE(repository.ask({"todo", "archive", id}, as("alice")).ok());
  REQUIRE(repository.ask({"broker", "restore", snapshot}, as("alice")).ok());
  REQUIRE(repository.ask({"validate", "--store", "repo"}).ok());
  auto const gone = repository.shell("sqlite3 -cmd '.timeout 60000' .decapod/data/decapod.db 'DELETE FROM policy_use'");
  INFO(gone.error);
  REQUIRE(gone.status == 0);
  auto const validated = repository.ask({"validate", "--store", "repo"});
  CHECK(validated.process.status == 6);
  CHECK(validated.process.output.find("APPROVAL_USES_DISAGREE") != std::string::npos);
  CHECK(repository.ask({"todo", "archive", id}, as("alice")).error_code() == "APPROVAL_REQUIRED");
}

TEST_CASE("over a store that is lost or cannot be read only the operator restores, if there ever was one") {
  BeforeAndAfter const scene;
  auto const& g = scene.governed;
  auto const& repository = g.repository;
  auto const& before = scene.before;
  auto const& after = scene.after;
  // The exported copy may be a moment behind.
  REQUIRE(eventually([&] {
    return read_file(repository.state() + "/audit/mutations.jsonl").find("policy/key/1") != std::string::npos;
  }));
  auto const database = repository.state() + "/decapod.db";
  auto const restore = [&](std::string const& file) { return repository.ask({"broker", "restore", file}); };
  auto const signed_restore = [&](std::string const& file) { return g.operate({"broker", "restore", file}); };
  SECTION("it is gone") {
    REQUIRE(repository.shell("rm " + database + "*").status == 0);
  }
  SECTION("it is no database any more") {
    REQUIRE(repository.shell("rm " + database + "*; echo nothing of the kind >" + database).status == 0);
  }
  auto const refused = restore(after);
  CHECK(refused.error_code() == "APPROVAL_REQUIRED");
  CHECK(refused.process.output.find("--key") != std::string::npos);
  CHECK(restore(before).error_code() == "APPROVAL_REQUIRED");
  // Nobody else's signature.
  auto const stranger = repository.scratch("keys/stranger.key");
  TempRepository const elsewhere;
  REQUIRE(elsewhere
              .ask({"policy", "operator-init", "--key", stranger, "--passphrase-file", g.passphrase, "--cost", "least"})
              .ok());
  Arguments const by_stranger{"broker", "restore", after, "--key", stranger, "--passphrase-file", g.passphrase};
  CHECK(repository.ask(by_stranger).error_code() == "SIGNATURE_INVALID");
  // Nor with the key in the tree gone, while the exported trail tells of an operator.
  auto const published = repository.path() + "/.decapod/operator.pub";
  auto const key = read_file(published);
  fs::remove(published);
  CHECK(restore(before).error_code() == "APPROVAL_REQUIRED");
  write_file(published, key);
  auto const restored = signed_restore(after);
  INFO(restored.process.output);
  REQUIRE(restored.ok());
  CHECK(repository.ask({"policy", "show"}).data().at("sequence") == 1);
  auto const validated = repository.ask({"validate", "--store", "repo"});
  INFO(validated.process.output);
  // How the store was lost here is found, too, and is none of this.
  for (auto const* code : {"\"POLICY_", "\"APPROVAL_", "\"OPERATOR_KEY_DIFFERS"}) {
    CHECK(validated.process.output.find(code) == std::string::npos);
  }
}

TEST_CASE("over a store that was made anew only the operator restores one that had an operator") {
  BeforeAndAfter const scene;
  auto const& g = scene.governed;
  auto const& repository = g.repository;
  auto const& before = scene.before;
  auto const& after = scene.after;
  REQUIRE(repository.falls_quiet());
  fs::remove_all(repository.state());
  repository.must({"init"});
  SECTION("empty") {}
  SECTION("with work in it") {
    repository.must({"todo", "add", "two"});
  }
  for (auto const& file : {before, after}) {
    auto const refused = repository.ask({"broker", "restore", file, "--force"});
    INFO(refused.process.output);
    CHECK(refused.error_code() == "APPROVAL_REQUIRED");
    CHECK(refused.process.output.find("--key") != std::string::npos);
  }
  // The snapshot itself says that there is an operator.
  fs::remove(repository.path() + "/.decapod/operator.pub");
  CHECK(repository.ask({"broker", "restore", after, "--force"}).error_code() == "APPROVAL_REQUIRED");
  auto const restored = g.operate({"broker", "restore", after, "--force"});
  INFO(restored.process.output);
  REQUIRE(restored.ok());
  CHECK(repository.ask({"policy", "show"}).data().at("sequence") == 1);
}

TEST_CASE("a policy whose keys were changed is left by the operator's signed restore") {
  Governed const g;
  auto const& repository = g.repository;
  g.pin();
  g.propose(kShelf);
  g.activate();
  auto const snapshot = repository.scratch("snapshot.db");
  REQUIRE(repository.ask({"broker", "snapshot", snapshot}).ok());
  REQUIRE(repository
              .shell("sqlite3 -cmd '.timeout 60000' .decapod/data/decapod.db \"UPDATE policy_key SET signature = ''\"")
              .status == 0);
  CHECK(repository.ask({"todo", "add", "one"}).error_code() == "POLICY_INVALID");
  CHECK(repository.ask({"broker", "restore", snapshot}).error_code() == "POLICY_INVALID");
  auto const restored = g.operate({"broker", "restore", snapshot});
  INFO(restored.process.output);
  REQUIRE(restored.ok());
  CHECK(repository.ask({"todo", "add", "one"}).ok());
}
