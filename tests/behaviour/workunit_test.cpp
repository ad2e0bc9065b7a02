// Proofs as an agent makes them: real commands, in a real repository, whatever they do.

#include <support/eventually.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <signal.h>

#include <filesystem>
#include <fstream>

#include "workunit_work.h"

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// SHA-256 of "hello\n".
constexpr char const* kHello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

bool is_alive(std::string const& pid_file) {
  std::ifstream file(pid_file);
  pid_t pid = 0;
  file >> pid;
  REQUIRE(pid > 0);
  std::ifstream state("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  std::string last;
  while (state >> word && word.size() > 1) last = word;
  return state && word != "Z";
}

TEST_CASE("a command that passes is recorded with its output's hash, its tree, and nothing of it in the repository") {
  Work work;
  work.plan("hello", "echo hello");
  work.start();
  auto const status = work.git("status --porcelain");
  auto const index = read_file(work.path(".git/index"));
  auto const objects = work.git("count-objects");
  write_file(work.path("new.txt"), "not committed\n");

  auto const answer = work.prove("hello", {"--log", work.repository.scratch("log")});
  auto const proof = proof_in(answer);
  REQUIRE(answer.ok());
  CHECK(proof.at("level") == "observed");
  CHECK(proof.at("outcome") == "passed");
  CHECK(proof.at("run").at("output_sha256") == kHello);
  CHECK(proof.at("run").at("output_bytes") == 6);
  CHECK(std::string(proof.at("marker").as_string()) == answer.marker());
  CHECK(read_file(work.repository.scratch("log")) == "hello\n");
  auto const head = work.git("rev-parse HEAD");
  CHECK(std::string(proof.at("at").at("head").as_string()) == head.substr(0, 40));
  // Git's index and objects are as they were, although the tree has a file that was never added.
  CHECK(read_file(work.path(".git/index")) == index);
  CHECK(work.git("count-objects") == objects);
  CHECK(work.git("status --porcelain") == status + "?? new.txt\n");
  auto const committed = work.git("add -A && git commit -qm new && git rev-parse 'HEAD^{tree}'");
  CHECK(std::string(proof.at("at").at("tree").as_string()) == committed.substr(0, 40));
}

TEST_CASE("a command that fails is recorded as failed, and the exit status says so") {
  Work work;
  work.plan("fails", "echo why; exit 3");
  work.plan("killed", "kill -9 $$");
  work.must({"workunit", "plan", work.id, "nothing", "--", "no-such-program"});
  work.start();
  auto const failed = work.prove("fails");
  CHECK(failed.process.status == 6);
  CHECK(failed.error_code() == "PROOF_FAILED");
  CHECK(failed.envelope.at("status") == "COMMITTED");
  CHECK(failed.marker() == std::string(proof_in(failed).at("marker").as_string()));
  CHECK(proof_in(failed).at("run").at("status") == 3);
  CHECK(failed.envelope.at("error").at("details").at("tail") == "why\n");
  CHECK(proof_in(work.prove("killed")).at("run").at("ending") == "signalled");
  CHECK(proof_in(work.prove("nothing")).at("run").at("ending") == "not-started");
  auto const recorded = work.proofs();
  REQUIRE(recorded.size() == 3);
  for (auto const& proof : recorded) CHECK(proof.at("outcome") == "failed");
}

TEST_CASE("a command that hangs or floods is ended with all that it has started") {
  Work work;
  auto const pid_file = work.repository.scratch("pid");
  work.plan("hangs", "sleep 1000 & echo $! > " + pid_file + "; trap '' TERM; wait");
  work.plan("floods", "yes");
  work.plan("leaves", "sleep 1000 & echo $! > " + pid_file + "; echo left");
  work.start();
  work.must({"workunit", "assert", work.id, "hangs", "--result", "passed", "--note", "I waited"});
  auto const hung = work.prove("hangs", {"--timeout", "300ms"});
  CHECK(hung.process.status == 6);
  CHECK(hung.envelope.at("error").at("hint") ==
        "it is recorded as failed: run it again, and allow it more with --timeout");
  CHECK(proof_in(hung).at("run").at("ending") == "timed-out");
  CHECK(eventually([&] { return !is_alive(pid_file); }));
  auto const flooded = work.prove("floods", {"--output-limit", "100000", "--log", work.repository.scratch("log")});
  CHECK(proof_in(flooded).at("run").at("ending") == "flooded");
  CHECK(proof_in(flooded).at("run").at("output_bytes") == 100'000);
  CHECK(fs::file_size(work.repository.scratch("log")) == 100'000);
  // What it leaves in the background keeps its output open, and the proof does not wait for that.
  auto const left = work.prove("leaves");
  CHECK(proof_in(left).at("outcome") == "passed");
  CHECK(eventually([&] { return !is_alive(pid_file); }));
}

TEST_CASE("a command that closes its output and goes on is waited for") {
  Work work;
  work.plan("closes", "exec >&- 2>&-; sleep 0.3; exit 4");
  work.start();
  auto const answer = work.prove("closes");
  CHECK(proof_in(answer).at("run").at("status") == 4);
  CHECK(proof_in(answer).at("run").at("output_bytes") == 0);
}

TEST_CASE("a command that changes the files proves nothing, unless git ignores them") {
  Work work;
  work.plan("writes", "echo two > b.txt");
  work.plan("commits", "git -c user.name=t -c user.email=t@invalid commit -q --allow-empty -m x");
  work.plan("builds", "mkdir -p build && date > build/out");
  work.start();
  auto const written = work.prove("writes");
  CHECK(written.process.status == 5);
  CHECK(written.error_code() == "TREE_CHANGED");
  CHECK(written.envelope.at("error").at("details").at("changed") == json::array({"b.txt"}));
  CHECK(work.prove("commits").error_code() == "TREE_CHANGED");
  CHECK(work.proofs().empty());
  CHECK(proof_in(work.prove("builds")).at("outcome") == "passed");
  // What git was told not to look at is in no tree, so there is none.
  work.git("update-index --assume-unchanged a.txt");
  CHECK(work.prove("builds").error_code() == "TREE_UNKNOWN");
  CHECK(work.proofs().size() == 1);
}

TEST_CASE("a command sees no descriptor of decapod's, and may ask decapod itself") {
  Work work;
  // Neither in a pipe nor into a file: for both the shell has a descriptor more for a while.
  work.plan("looks", "for f in /proc/self/fd/*; do readlink $f; done; ls /proc/$$/fd; true");
  work.plan("asks", work.repository.command({}).arguments.front() + " todo add inner");
  work.start();
  auto const log = work.repository.scratch("log");
  REQUIRE(work.prove("looks", {"--log", log}).ok());
  auto const seen = read_file(log);
  INFO(seen);
  CHECK(seen.find("decapod") == std::string::npos);
  CHECK(seen.find("leader.lock") == std::string::npos);
  CHECK(seen.find("socket") == std::string::npos);
  CHECK(seen.ends_with("\n0\n1\n2\n"));
  CHECK(proof_in(work.prove("asks")).at("outcome") == "passed");
  CHECK(work.must({"todo", "search", "inner"}).data().at("items").as_array().size() == 1);
}

TEST_CASE("what would be refused is refused before anything runs, and a dry run runs nothing") {
  Work work;
  auto const ran = work.repository.scratch("ran");
  work.plan("marks", "echo x >> " + ran);
  CHECK(work.prove("marks").error_code() == "BAD_TRANSITION");
  work.start();
  CHECK(work.prove("mark").error_code() == "NOT_FOUND");
  CHECK(work.prove("marks", {"--", "true"}).error_code() == "PROOF_MISMATCH");
  CHECK(work.prove("marks", {"--dry-run"}).ok());
  work.must({"todo", "claim", work.id});
  auto other = work.repository.command({"workunit", "prove", work.id, "marks"}, {{"DECAPOD_SESSION_ID", "s2"}});
  CHECK(parse_answer(run(other)).error_code() == "NOT_HOLDER");
  CHECK_FALSE(fs::exists(ran));
  CHECK(work.proofs().empty());
  CHECK(work.prove("marks").ok());
  CHECK(read_file(ran) == "x\n");
}

TEST_CASE("an interrupted proof ends its command and records nothing") {
  Work work;
  auto const pid_file = work.repository.scratch("pid");
  work.plan("waits", "echo $$ > " + pid_file + ".new; mv " + pid_file + ".new " + pid_file + "; exec sleep 1000");
  work.start();
  Child child(work.repository.command({"workunit", "prove", work.id, "waits"}));
  REQUIRE(eventually([&] { return fs::exists(pid_file); }));
  kill(child.pid(), SIGINT);
  auto const finished = child.wait();
  CHECK(finished.status == 130);
  CHECK(eventually([&] { return !is_alive(pid_file); }));
  CHECK(work.proofs().empty());
}

TEST_CASE("a verified unit is exported to the same bytes, and its record is in no tree") {
  Work work;
  work.plan("tests", "test \"$(cat a.txt)\" = one");
  work.start();
  REQUIRE(work.prove("tests").ok());
  work.must({"workunit", "claim", work.id});
  auto const status = work.must({"workunit", "status", work.id});
  CHECK(status.data().at("gates").at(0).at("lacks") == "nothing");
  auto const file = work.path(".decapod/workunits/" + work.id + ".json");
  work.must({"workunit", "export", work.id});
  work.must({"workunit", "verify", work.id});
  work.must({"workunit", "export", work.id});
  auto const first = read_file(file);
  work.must({"workunit", "export", work.id});
  CHECK(read_file(file) == first);
  auto const document = json::parse(first).as_object();
  CHECK(document.at("unit").at("state") == "verified");
  CHECK(document.at("proofs").as_array().size() == 1);
  // The export came after the proof; the tree that the proof speaks of is still the one that is there.
  work.git("add -A && git commit -qm record");
  work.must({"workunit", "reopen", work.id, "--reason", "to see"});
  work.must({"workunit", "claim", work.id});
  work.must({"workunit", "verify", work.id});
  // Another content of the files is another tree.
  write_file(work.path("a.txt"), "two\n");
  work.must({"workunit", "reopen", work.id, "--reason", "changed"});
  work.must({"workunit", "claim", work.id});
  auto const refused = work.ask({"workunit", "verify", work.id});
  CHECK(refused.error_code() == "PROOF_INSUFFICIENT");
  CHECK(refused.envelope.at("error").at("details").at("gates").at(0).at("lacks") == "this-tree");
}

TEST_CASE("references have the hash of what is committed, wherever they are named from") {
  Work work;
  fs::create_directories(work.path("docs"));
  write_file(work.path("docs/spec.md"), "hello\n");
  CHECK(work.ask({"workunit", "attach", work.id, "--spec", "docs/spec.md"}).error_code() == "NOT_FOUND");
  work.git("add -A && git commit -qm docs");
  write_file(work.path("docs/spec.md"), "changed since\n");
  auto const from_below =
      in_directory(work.repository.command({"workunit", "attach", work.id, "--spec", "spec.md"}), work.path("docs"));
  CHECK(parse_answer(run(from_below)).ok());
  auto const references = work.must({"workunit", "show", work.id}).data().at("unit").at("references").as_array();
  REQUIRE(references.size() == 1);
  CHECK(references[0].at("name") == "docs/spec.md");
  CHECK(references[0].at("sha256") == kHello);
  CHECK(work.ask({"workunit", "attach", work.id, "--spec", "../etc/passwd"}).error_code() == "BAD_REQUEST");
  CHECK(work.ask({"workunit", "attach", work.id, "--spec", "docs/../../x"}).error_code() == "BAD_REQUEST");
  CHECK(work.ask({"workunit", "attach", work.id, "--spec", "."}).error_code() == "BAD_REQUEST");
  // Every spelling of a path is one path, and dots in a name are a name.
  write_file(work.path("docs/a..b"), "dots\n");
  work.git("add -A && git commit -qm dots");
  for (auto const* spelling : {"./spec.md", "../docs/spec.md", ".//spec.md", "a..b"}) {
    INFO(spelling);
    auto const attached =
        in_directory(work.repository.command({"workunit", "attach", work.id, "--state", spelling}), work.path("docs"));
    CHECK(parse_answer(run(attached)).ok());
  }
  auto const states = work.must({"workunit", "show", work.id}).data().at("unit").at("references").as_array();
  REQUIRE(states.size() == 3);
  CHECK(states[1].at("name") == "docs/a..b");
  CHECK(states[2].at("name") == "docs/spec.md");
}

}  // namespace
