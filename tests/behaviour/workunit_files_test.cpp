// The files that a proof speaks of, and those that it writes: whatever git was told, and whatever stands in the way.

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/stat.h>

#include <filesystem>

#include "workunit_work.h"

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

TEST_CASE("a log is put where a file may be, before anything runs, and never into the store or through something") {
  Work work;
  auto const ran = work.repository.scratch("ran");
  auto const elsewhere = work.repository.scratch("elsewhere");
  auto const pipe = work.repository.scratch("pipe");
  auto const link = work.repository.scratch("link");
  work.plan("says", "echo hello; echo x >> " + ran);
  work.start();
  write_file(elsewhere, "mine\n");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  fs::create_symlink(elsewhere, link);
  auto const state = work.repository.state();
  fs::create_directory_symlink(state, work.repository.scratch("way"));
  auto const database = fs::file_size(state + "/decapod.db");
  REQUIRE(database > 0);
  auto const code = [&](std::string const& log) { return work.prove("says", {"--log", log}).error_code(); };
  CHECK(code(state + "/decapod.db") == "REFUSED");
  CHECK(code(work.repository.scratch("way") + "/new.log") == "REFUSED");
  CHECK(code(".decapod/data/decapod.db") == "REFUSED");
  CHECK(code(pipe) == "NOT_WRITABLE");
  CHECK(code(link) == "NOT_WRITABLE");
  CHECK(code("/dev/null") == "NOT_WRITABLE");
  CHECK(code(work.repository.scratch("nowhere/log")) == "NOT_WRITABLE");
  CHECK(fs::file_size(state + "/decapod.db") >= database);
  CHECK_FALSE(fs::exists(state + "/new.log"));
  CHECK(read_file(elsewhere) == "mine\n");
  CHECK_FALSE(fs::exists(ran));
  CHECK(work.proofs().empty());
  // What stood there before is replaced, and nothing is left beside it.
  CHECK(work.prove("says", {"--log", elsewhere}).ok());
  CHECK(read_file(elsewhere) == "hello\n");
  for (auto const& entry : fs::directory_iterator(fs::path(elsewhere).parent_path())) {
    CHECK(entry.path().filename().string().find(".tmp-") == std::string::npos);
  }
}

TEST_CASE("a tree is of the files as they are, whatever git was told about them") {
  Work work;
  work.plan("fails", "test \"$(cat a.txt)\" = one");
  work.start();
  auto const tree = [&](Answer const& answer) { return std::string(proof_in(answer).at("at").at("tree").as_string()); };
  auto const honest = tree(work.prove("fails"));
  SECTION("a file that was changed, with the size and the times that git remembers") {
    work.git("config core.trustctime false && git config core.checkStat minimal");
    REQUIRE(work.repository.shell("touch -d 2020-01-01 a.txt && git update-index --refresh -q").status == 0);
    write_file(work.path("a.txt"), "two\n");
    REQUIRE(work.repository.shell("touch -d 2020-01-01 a.txt").status == 0);
    REQUIRE(work.git("status --porcelain").empty());
    auto const answer = work.prove("fails");
    CHECK(proof_in(answer).at("outcome") == "failed");
    CHECK(tree(answer) != honest);
  }
  SECTION("a file that git is to leave out") {
    work.git("config core.sparseCheckout true");
    write_file(work.path(".git/info/sparse-checkout"), "/.gitignore\n");
    write_file(work.path("a.txt"), "two\n");
    auto const answer = work.prove("fails");
    CHECK(proof_in(answer).at("outcome") == "failed");
    CHECK(tree(answer) != honest);
  }
  SECTION("a filter that shows git something else") {
    work.git("config filter.liar.clean \"printf 'one\\n' #\"");
    write_file(work.path("a.txt"), "two\n");
    SECTION("by attributes of this clone alone") {
      write_file(work.path(".git/info/attributes"), "*.txt filter=liar\n");
      CHECK(work.prove("fails").error_code() == "TREE_UNKNOWN");
    }
    SECTION("by attributes of the tree") {
      write_file(work.path(".gitattributes"), "*.txt filter=liar\n");
      auto const refused = work.prove("fails");
      CHECK(refused.error_code() == "TREE_UNKNOWN");
      CHECK(refused.envelope.at("error").at("message").as_string().find("a.txt") != json::string::npos);
    }
    CHECK(work.proofs().size() == 1);
  }
  SECTION("a filter that no file has, and attributes that say nothing") {
    work.git("config filter.lfs.clean false");
    write_file(work.path(".git/info/attributes"), "# nothing\n\n");
    CHECK(tree(work.prove("fails")) == honest);
  }
  SECTION("a file that git ignores, and that was added all the same") {
    fs::create_directory(work.path("build"));
    write_file(work.path("build/kept"), "kept\n");
    work.git("add -f build/kept");
    auto const added = tree(work.prove("fails"));
    CHECK(added != honest);
    auto const committed = work.git("commit -qm kept && git rev-parse 'HEAD^{tree}'");
    CHECK(added == committed.substr(0, 40));
  }
}

TEST_CASE("what git converts is in a tree only where a checkout would give the same file") {
  Work work;
  write_file(work.path("run.sh"), "x='$Id$'\nexit 1\n");
  write_file(work.path("win.txt"), "a\r\nb\r\n");
  write_file(work.path("unix.txt"), "a\nb\n");
  write_file(work.path(".gitattributes"), "run.sh ident\nwin.txt text eol=crlf\nunix.txt text\n");
  work.git("add -A && git commit -qm files");
  work.git("rm -q --cached run.sh && git reset -q --hard");
  auto const committed = work.git("rev-parse 'HEAD^{tree}'").substr(0, 40);
  work.plan("runs", "sh run.sh");
  work.start();
  auto const honest = proof_in(work.prove("runs"));
  CHECK(honest.at("outcome") == "failed");
  CHECK(honest.at("at").at("tree").as_string() == committed);
  auto const is_refused = [&](std::string const& path) {
    auto const refused = work.prove("runs");
    CHECK(refused.error_code() == "TREE_UNKNOWN");
    CHECK(refused.process.output.find(path) != std::string::npos);
    CHECK(work.proofs().size() == 1);
  };
  SECTION("a keyword that holds a program") {
    write_file(work.path("run.sh"), "x='$Id: '; exit 0; '$'\nexit 1\n");
    is_refused("run.sh");
  }
  SECTION("line ends, by attributes") {
    write_file(work.path("unix.txt"), "a\r\nb\r\n");
    is_refused("unix.txt");
  }
  SECTION("line ends, by what this clone alone was told") {
    work.git("config core.autocrlf input");
    write_file(work.path("a.txt"), "one\r\n");
    CHECK(proof_in(work.prove("runs")).at("at").at("tree").as_string() != committed);
  }
  SECTION("who may run a file, by what this clone alone was told") {
    work.git("config core.fileMode false");
    fs::permissions(work.path("a.txt"), fs::perms::owner_all);
    CHECK(proof_in(work.prove("runs")).at("at").at("tree").as_string() != committed);
  }
}

TEST_CASE("a submodule counts by its commit, so its files have to be those of that") {
  Work work;
  auto const other = work.repository.scratch("other");
  work.git("init -q " + other);
  write_file(other + "/run.sh", "exit 1\n");
  work.git("-C " + other + " add -A && git -C " + other + " -c user.name=t -c user.email=t@invalid commit -qm other");
  work.git("-c protocol.file.allow=always submodule add -q " + other + " sub");
  work.git("commit -qm sub");
  work.plan("runs", "sh sub/run.sh");
  work.start();
  CHECK(proof_in(work.prove("runs")).at("outcome") == "failed");
  auto const is_refused = [&] {
    auto const refused = work.prove("runs");
    CHECK(refused.error_code() == "TREE_UNKNOWN");
    CHECK(refused.process.output.find("the submodule sub") != std::string::npos);
    CHECK(work.proofs().size() == 1);
  };
  SECTION("one that was changed") {
    write_file(work.path("sub/run.sh"), "exit 0\n");
    is_refused();
  }
  SECTION("one that was added") {
    write_file(work.path("sub/new"), "new\n");
    is_refused();
  }
  SECTION("one that was added under the name of a record") {
    fs::create_directories(work.path("sub/.decapod/workunits"));
    write_file(work.path("sub/.decapod/workunits/t-4k2m.json"), "exit 0\n");
    is_refused();
  }
  SECTION("one that is no repository any more") {
    fs::rename(work.path("sub/.git"), work.repository.scratch("git"));
    write_file(work.path("sub/run.sh"), "exit 0\n");
    is_refused();
  }
  SECTION("one that git was told not to look at") {
    work.git("-C sub update-index --assume-unchanged run.sh");
    write_file(work.path("sub/run.sh"), "exit 0\n");
    CHECK(work.prove("runs").error_code() == "TREE_UNKNOWN");
  }
}

TEST_CASE("only decapod's own records are in no tree, by their exact names, and no links or programs among them") {
  Work work;
  work.plan("passes", "true");
  work.start();
  auto const tree = [&] { return std::string(proof_in(work.prove("passes")).at("at").at("tree").as_string()); };
  for (auto const* folder : {"capsules", "pins", "lineage", "workunits"}) {
    fs::create_directories(work.path(std::string(".decapod/") + folder));
  }
  auto const honest = tree();
  auto const put = [&](std::string const& name) { write_file(work.path(".decapod/" + name), "exit 0\n"); };
  for (auto const* own : {"capsules/c-0123456789abcdef.json", "lineage/p-0123456789abcdef.json",
                          "workunits/t-4k2m.json", "pins/0123456789abcdef0123456789abcdef.txt"}) {
    put(own);
    CHECK(tree() == honest);
  }
  SECTION("another name") {
    for (auto const* other : {"capsules/run.sh", "capsules/c-0123456789abcde.json", "lineage/p-0123456789abcdeg.json",
                              "pins/run.txt", "workunits/.json", "workunits/a b.json", "workunits/t-4k2m.json.sh"}) {
      put(other);
      INFO(other);
      CHECK(tree() != honest);
      fs::remove(work.path(std::string(".decapod/") + other));
    }
  }
  SECTION("a folder of that name") {
    fs::create_directories(work.path(".decapod/pins/c-0123456789abcdef.json"));
    put("pins/c-0123456789abcdef.json/c-0123456789abcdef.json");
    CHECK(tree() != honest);
  }
  SECTION("a program") {
    fs::permissions(work.path(".decapod/capsules/c-0123456789abcdef.json"), fs::perms::owner_all);
    CHECK(tree() != honest);
  }
  SECTION("a link") {
    fs::remove(work.path(".decapod/workunits/t-4k2m.json"));
    fs::create_symlink("/bin/true", work.path(".decapod/workunits/t-4k2m.json"));
    CHECK(tree() != honest);
  }
}

TEST_CASE("an exported work unit goes into a folder of the worktree, and through no link to another one") {
  Work work;
  auto const folder = work.path(".decapod/workunits");
  auto const refused = [&] { return work.ask({"workunit", "export", work.id}).error_code(); };
  auto const elsewhere = work.repository.scratch("elsewhere");
  fs::create_directory(elsewhere);
  fs::create_directory_symlink(elsewhere, folder);
  CHECK(refused() == "REFUSED");
  CHECK(fs::is_empty(elsewhere));
  fs::remove(folder);
  write_file(folder, "mine\n");
  CHECK(refused() == "UNSAFE_DIRECTORY");
  CHECK(read_file(folder) == "mine\n");
  fs::remove(folder);
  work.must({"workunit", "export", work.id});
  CHECK(fs::is_regular_file(folder + '/' + work.id + ".json"));
}

TEST_CASE("files that Git LFS keeps elsewhere are known by their bytes, whatever its filter says") {
  Work work;
  work.plan("fails", "test \"$(cat a.bin)\" = large");
  work.start();
  // What the filter of Git LFS does.
  write_file(work.repository.scratch("clean"),
             "#!/bin/sh\nt=$(mktemp); cat >$t; s=$(stat -c %s $t); h=$(sha256sum <$t | cut -c1-64); rm $t\n"
             "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' $h $s\n");
  fs::permissions(work.repository.scratch("clean"), fs::perms::owner_all);
  work.git("config filter.lfs.clean " + work.repository.scratch("clean"));
  work.git("config filter.lfs.required true");
  write_file(work.path(".gitattributes"), "*.bin filter=lfs -text\n");
  fs::create_directory(work.path("deep"));
  write_file(work.path("a.bin"), "large\n");
  write_file(work.path("deep/b c.bin"), "larger\n");
  auto const commit = [&] {
    work.git("add -A && git commit -qm large --allow-empty");
    return work.git("rev-parse 'HEAD^{tree}'").substr(0, 40);
  };
  auto const tree = [&] { return std::string(proof_in(work.prove("fails")).at("at").at("tree").as_string()); };
  auto const honest = commit();
  REQUIRE(work.git("cat-file blob HEAD:a.bin").starts_with("version https://git-lfs"));
  CHECK(tree() == honest);
  SECTION("a filter that goes on saying what was there") {
    work.git("cat-file blob HEAD:a.bin >../pointer");
    work.git("config filter.lfs.clean 'cat " + work.repository.scratch("pointer") + "'");
    write_file(work.path("a.bin"), "other\n");
    auto const proof = proof_in(work.prove("fails"));
    CHECK(proof.at("outcome") == "failed");
    CHECK(proof.at("at").at("tree").as_string() != honest);
  }
  SECTION("a file that is gone, one that is new, and one that is run") {
    fs::remove(work.path("deep/b c.bin"));
    write_file(work.path("new.bin"), "newer\n");
    fs::permissions(work.path("a.bin"), fs::perms::owner_all);
    auto const here = tree();
    CHECK(here != honest);
    CHECK(here == commit());
  }
  SECTION("one that was never fetched is not there") {
    work.git("cat-file blob HEAD:a.bin >../pointer");
    fs::copy_file(work.repository.scratch("pointer"), work.path("a.bin"), fs::copy_options::overwrite_existing);
    auto const refused = work.prove("fails");
    CHECK(refused.error_code() == "TREE_UNKNOWN");
    CHECK(refused.process.output.find("git lfs pull") != std::string::npos);
  }
  SECTION("a link of that name is a link") {
    fs::remove(work.path("a.bin"));
    fs::create_symlink("a.txt", work.path("a.bin"));
    CHECK(tree() == commit());
  }
}

TEST_CASE("a proof's own command may be that the store keeps its rules") {
  Work const work;
  work.git("add -A && git commit -qm state --allow-empty");
  work.must({"workunit", "plan", work.id, "rules", "--", binary(), "validate", "--store", "repo"});
  work.start();
  auto const proved = work.prove("rules");
  INFO(proved.process.output);
  CHECK(proof_in(proved).at("outcome") == "passed");
}

TEST_CASE("a command that is killed while its proof runs leaves a folder that the next proof takes away") {
  Work const work;
  work.plan("waits", "touch build/began; until test -e build/go; do sleep 0.02; done");
  work.start();
  fs::create_directory(work.path("build"));
  auto const scratch = [&] {
    std::vector<std::string> found;
    for (auto const& entry : fs::directory_iterator(work.repository.state())) {
      auto const name = entry.path().filename().string();
      if (name.starts_with("scratch-")) found.push_back(name);
    }
    return found;
  };
  Child proving(work.repository.command({"workunit", "prove", work.id, "waits"}));
  // Not before: a child that has not begun its program yet holds what its parent has locked.
  REQUIRE(eventually([&] { return fs::exists(work.path("build/began")); }));
  auto const left = scratch();
  REQUIRE(left.size() == 1);
  kill(proving.pid(), SIGKILL);
  proving.wait();
  REQUIRE(scratch() == left);
  write_file(work.path("build/go"), "");
  CHECK(work.prove("waits").ok());
  CHECK(scratch().empty());
}

TEST_CASE("a name that is no text is not told, and counts for the highest risk") {
  Work work;
  work.plan("passes", "true");
  work.start();
  write_file(work.path("caf\xe9"), "latin\n");
  REQUIRE(work.prove("passes").ok());
  work.must({"workunit", "claim", work.id});
  auto const status = work.must({"workunit", "status", work.id});
  CHECK(status.data().at("risk") == "critical");
  CHECK(work.ask({"workunit", "verify", work.id}).error_code() == "POLICY_REQUIRED");
  work.must({"workunit", "reopen", work.id, "--reason", "the name"});
  work.must({"workunit", "revise", work.id, "--reason", "another gate"});
  work.plan("writes", "echo x >> \"$(printf 'caf\\351')\"");
  work.start();
  CHECK(work.prove("writes").error_code() == "TREE_CHANGED");
}

TEST_CASE("in a bare repository there are no files to speak of, and that is said") {
  Work work;
  auto const bare = work.repository.scratch("bare.git");
  work.git("clone -q --bare . " + bare);
  auto const init = in_directory(work.repository.command({"init"}), bare);
  INFO(run(init).output);
  auto const added = parse_answer(run(in_directory(work.repository.command({"todo", "add", "work"}), bare)));
  INFO(added.process.output);
  REQUIRE(added.ok());
  auto const id = std::string(added.data().at("item").at("id").as_string());
  auto const refused =
      parse_answer(run(in_directory(work.repository.command({"workunit", "init", id, "--intent", "it works"}), bare)));
  CHECK(refused.error_code() == "TREE_UNKNOWN");
  CHECK(refused.envelope.at("error").at("message").as_string().find("bare") != json::string::npos);
}

}  // namespace
