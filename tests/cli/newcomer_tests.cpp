// What a newcomer meets first: wrong values, a configuration of one's own, git, the trail, schemas, and the way out.
#include "told.h"

#include <support/eventually.h>
#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <sstream>

namespace decapod::test {
namespace json = boost::json;

TEST_CASE("a wrong value of an option that every verb has is answered with what the option takes") {
  TempRepository const repository;
  struct Mistake {
    std::string option;
    Arguments words;
    std::string takes;
  };
  std::vector<Mistake> const mistakes = {
      {"--color", {"todo", "list", "--color", "x"}, "auto|always|never"},
      {"--color", {"--color", "x", "todo", "list"}, "auto|always|never"},
      {"--format", {"todo", "list", "--format", "xml"}, "text|json"},
      {"--store", {"todo", "list", "--store", "foo"}, "repo|user"},
      {"--timeout", {"todo", "list", "--timeout", "5"}, "250ms, 90s, 30m, 1h30m, 2d"},
      {"--timeout", {"todo", "list", "--timeout", "soon"}, "250ms, 90s, 30m, 1h30m, 2d"},
      {"--timeout", {"todo", "list", "--timeout", "0s"}, "250ms, 90s, 30m, 1h30m, 2d"},
      {"--min-seq", {"todo", "list", "--min-seq", "x"}, "--min-seq N"},
      {"--actor", {"todo", "list", "--actor", ""}, "--actor NAME"},
      {"--quiet", {"todo", "list", "--quiet=x"}, "print nothing"},
      {"--request-id", {"todo", "add", "x", "--request-id", "a b"}, "--request-id ID"},
  };
  auto const page = repository.must({"help", "options"});
  for (auto const& [option, words, takes] : mistakes) {
    CAPTURE(words);
    auto const error = error_of(repository.ask(words));
    CHECK(error.at("exit") == 2);
    CHECK(text_at(error.at("details").as_object(), "option") == option);
    auto const hint = text_at(error, "hint");
    CAPTURE(hint);
    CHECK(says(hint, option));
    CHECK(says(hint, takes));
    CHECK(says(hint, "`decapod help options`"));
    CHECK(says(page, option));
  }
  CHECK(says(repository.shell("$D todo list --actor").error, "--actor NAME"));
  CHECK(says(repository.shell("$D --format").error, "--format text|json"));
}

TEST_CASE("an option that is a word of the verb is named as such") {
  TempRepository const repository;
  auto const hint = text_at(error_of(repository.ask({"todo", "link", "t-1", "--blocks", "t-2"})), "hint");
  CHECK(says(hint, "it is a word, not an option: decapod todo link ID blocks|"));
}

TEST_CASE("doctor names what is wrong with config.toml, whichever part of it, and what was meant") {
  TempRepository const repository;
  auto const told = [&](std::string const& content) {
    write_file(repository.path() + "/.decapod/config.toml", content);
    std::vector<std::string> found;
    auto const answer = repository.ask({"doctor"});
    for (auto const& check : answer.data().at("checks").as_array()) {
      if (check.at("name") != "configuration") continue;
      found.push_back(text_at(check.as_object(), "health") + ' ' + text_at(check.as_object(), "detail"));
    }
    return found;
  };
  auto const one = [&](std::string const& content) {
    auto const found = told(content);
    REQUIRE(found.size() == 1);
    return found.front();
  };
  CHECK(says(one("[validate.source]\nmode = \"strict\"\n"), "good "));
  CHECK(says(one("[validate.sorce]\nmode = \"strict\"\n"), "[validate] has no 'sorce'; did you mean 'source'?"));
  CHECK(says(one("[validate.source]\nmode = \"loose\"\n"), "problem "));
  CHECK(says(one("[stor]\nallow_unreliable_locks = true\n"), "has no 'stor'; did you mean 'store'?"));
  CHECK(says(one("[store]\nallow_unreliable_lock = true\n"), "did you mean 'allow_unreliable_locks'?"));
  // One fault is one problem, though two readers meet it.
  CHECK(says(one("[validate.source\n"), "line 1"));
  CHECK(told("[store]\nx = 1\n[validate]\ny = 2\n").size() == 2);
  // Also where there is no store yet.
  REQUIRE(repository.falls_quiet());
  repository.shell("mv .decapod/data ../aside");
  CHECK(says(one("[stor]\n"), "has no 'stor'"));
  repository.shell("rm .decapod/config.toml; mkfifo .decapod/config.toml");
  CHECK(says(repository.shell("$D doctor").output, "problem  configuration"));
}

TEST_CASE("git's user is the one of the repository, also where .git is a file") {
  TempRepository const repository;
  auto const actor_in = [&](std::string const& folder) {
    auto const told = repository.shell("cd " + folder +
                                           " && $D init -q && $D todo add x -q &&"
                                           " $D broker audit --limit 1 --porcelain | cut -f3",
                                       {{"USER", "unix"}});
    return told.output.substr(0, told.output.find('\n'));
  };
  repository.shell(
      "git init -q ../part && cd ../part && git -c user.name=t -c user.email=t@t commit -q --allow-empty -m x"
      " && cd ../repo && git -c protocol.file.allow=always submodule --quiet add ../part sub &&"
      " git -C sub config user.name 'Sub Person'");
  CHECK(actor_in("sub") == "Sub Person");
  repository.shell("git init -q --separate-git-dir ../apart.git ../apart && git -C ../apart config user.name Apart");
  CHECK(actor_in("../apart") == "Apart");
  repository.shell("git config user.name Main && git worktree add -q ../linked");
  CHECK(actor_in("../linked") == "Main");
  CHECK(actor_in("sub/../sub") == "Sub Person");
}

TEST_CASE("a question to the trail goes on to its end, however many records are of no interest") {
  TempRepository const repository;
  // More than the broker looks at for one answer.
  auto const filled = repository.shell(
      "seq 1 1100 | sed 's/.*/{\"op\":\"todo.add\",\"args\":{\"title\":\"&\"}}/' | $D batch > /dev/null");
  REQUIRE(filled.status == 0);
  auto const newest = repository.ask({"broker", "audit", "--limit", "1"});
  auto const ts = text_at(newest.data().at("records").at(0).at("record").as_object(), "ts");
  auto const recent = repository.ask({"broker", "audit", "--since", ts, "--limit", "1000"});
  REQUIRE(recent.ok());
  CHECK_FALSE(recent.data().at("records").as_array().empty());
  CHECK(recent.data().at("examined") == 1100);
  CHECK_FALSE(recent.data().contains("next_cursor"));
  CHECK(says(repository.must({"broker", "audit", "--until", "2001-01-01"}), "no records"));
  // The first ones lie behind more than one answer, and a full page still says where to go on.
  auto const first = repository.ask({"broker", "audit", "--until", ts, "--limit", "1000"});
  CHECK(first.data().at("records").as_array().size() == 1000);
  CHECK(first.data().contains("next_cursor"));
}

TEST_CASE("the trail as text tells the marker of a commit, and which reads got what was there") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  repository.must({"todo", "add", "two", "--dry-run"});
  // All of one broker, whose results they are.
  auto const reads = repository.shell("printf '{\"op\":\"todo.list\"}\\n%.0s' 1 2 3 | $D batch");
  REQUIRE(reads.status == 0);
  auto const newest = repository.ask({"broker", "audit", "--limit", "1"}).data().at("records").at(0);
  auto const& record = newest.at("record").as_object();
  auto const marker = json::serialize(record.at("epoch")) + '.' + json::serialize(record.at("commit_seq"));
  CHECK(says(repository.must({"broker", "audit"}), "  todo.add  COMMITTED " + marker + "  todo/item/t-"));
  Arguments const words = {"broker", "audit", "--chain", "reads", "--operation", "todo.list"};
  // Records of reads are written together, a little later.
  json::object asked;
  REQUIRE(eventually([&] {
    asked = repository.ask(words).data();
    return asked.at("records").as_array().size() == 3;
  }));
  std::string expected;
  for (auto const& read : asked.at("records").as_array()) {
    auto const served = text_at(read.at("record").as_object(), "served");
    expected += served == "executed" ? "OK\n" : "OK " + served + '\n';
  }
  CHECK(says(expected, "OK\n"));
  CHECK(says(expected, "OK cached\n"));
  CHECK(repository.shell("$D broker audit --chain reads --operation todo.list | sed 's/.*  todo.list  //'").output ==
        expected);
  // What a read or a dry run rests on is no commit of theirs.
  CHECK_FALSE(says(repository.must({"broker", "audit", "--chain", "reads"}), ' ' + marker));
}

TEST_CASE("what a mutation changed is named once in its record, however often it was touched") {
  TempRepository const repository;
  auto const added = [&](Arguments words) {
    words.insert(words.begin(), {"todo", "add", "--porcelain"});
    auto const line = repository.must(words);
    return line.substr(0, line.find('\n'));
  };
  auto const one = added({"one"});
  auto const two = added({"two"});
  auto const keys = [&](Arguments words) {
    words.insert(words.begin(), {"broker", "audit", "--limit", "1"});
    auto const answer = repository.ask(words);
    return json::serialize(answer.data().at("records").at(0).at("record").at("affected_keys"));
  };
  auto const named = [](std::string const& first, std::string const& second, std::string const& third) {
    return json::serialize(json::array{"todo/item/" + first, "todo/item/" + second, "todo/item/" + third});
  };
  auto const three = added({"three", "--blocked-by", one, "--blocked-by", two});
  CHECK(keys({}) == named(three, one, two));
  repository.must({"todo", "add", "four", "--blocked-by", two, "--blocked-by", one, "--dry-run"});
  CHECK(json::parse(keys({"--chain", "reads", "--operation", "todo.add"})).as_array().size() == 3);
}

TEST_CASE("a pin is told as what is to be committed, and --force as a part of pinning") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  auto const words = repository.must({"broker", "checkpoint", "--pin"});
  auto const path = text_at(repository.ask({"broker", "checkpoint", "--pin"}).data(), "pinned");
  CHECK(words == "pinned 1 mutation in " + path + "\n  commit " + path + "\n");
  CHECK_FALSE(says(repository.must({"broker", "checkpoint", "--pin", "--porcelain"}), "commit"));
  CHECK_FALSE(says(repository.must({"broker", "checkpoint"}), "  commit"));
  auto const refused = repository.ask({"broker", "checkpoint", "--force"});
  CHECK(refused.process.status == 2);
  CHECK(refused.error_code() == "BAD_REQUEST");
  CHECK(says(text_at(error_of(refused), "message"), "--force needs --pin"));
  CHECK(says(text_at(error_of(refused), "hint"), "add --pin"));
}

TEST_CASE("where a unit of work stands is told with what to mend, and with steps that follow one another") {
  TempRepository const repository;
  REQUIRE(repository.shell("git add -A && git -c user.name=t -c user.email=t@t commit -qm x").status == 0);
  auto const line = repository.must({"todo", "add", "one", "--porcelain"});
  auto const id = line.substr(0, line.find('\n'));
  repository.must({"workunit", "init", id, "--intent", "it works"});
  auto const draft = repository.must({"workunit", "status", id});
  CAPTURE(draft);
  CHECK(says(draft, "  next         decapod capsule issue --task " + id));
  CHECK(says(draft, "  then         decapod workunit attach " + id));
  CHECK(says(draft, "  then         decapod workunit start " + id + "\n"));
  CHECK(says(draft, "`capsule issue` prints the id that `attach` takes"));
  CHECK_FALSE(says(draft, "  may "));
  repository.must({"workunit", "plan", id, "tests", "--", "false"});
  repository.must({"workunit", "start", id});
  CHECK(says(repository.must({"workunit", "status", id}), "tests  lacks a proof\n"));
  CHECK(repository.ask({"workunit", "prove", id, "tests"}).error_code() == "PROOF_FAILED");
  auto const failed = repository.must({"workunit", "status", id});
  CAPTURE(failed);
  CHECK(says(failed, "tests  failed: mend what its command found, then prove it again\n"));
  CHECK(says(failed, "  may          claim, revise\n"));
}

TEST_CASE("a schema reads well as text, and is the same document") {
  TempRepository const repository;
  auto const text = repository.must({"schema", "todo", "claim"});
  CAPTURE(text);
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  CHECK(longest <= 140);
  auto const begin = text.find("    {");
  auto const end = text.find("\n    }", begin);
  auto const shown = json::parse(text.substr(begin, end + 6 - begin));
  CHECK(shown == repository.ask({"schema", "todo", "claim"}).data().at("schemas").at(0).at("request"));
}

TEST_CASE("what README.md says of taking decapod out leaves nothing of it in the repository") {
  auto const readme = read_file(DECAPOD_SOURCE_DIR "/README.md");
  auto const begin = readme.find("```\n", readme.find("## Taking it out")) + 4;
  auto const script = readme.substr(begin, readme.find("```\n", begin) - begin);
  REQUIRE(says(script, "git rm"));
  TempRepository repository(TempRepository::Store::absent);
  repository.environment().insert({{"GIT_AUTHOR_NAME", "t"}, {"GIT_AUTHOR_EMAIL", "t@t"}});
  repository.environment().insert({{"GIT_COMMITTER_NAME", "t"}, {"GIT_COMMITTER_EMAIL", "t@t"}});
  repository.shell("git config user.name t; mkdir -p .git/info; echo '# mine' > .git/info/exclude");
  auto const before = repository.shell("cat .git/info/exclude; ls -A . .git").output;
  repository.must({"init"});
  repository.must({"todo", "add", "x"});
  repository.must({"broker", "checkpoint", "--pin"});
  repository.shell("git add -A && git commit -qm 'Put decapod in'");
  CHECK(says(repository.shell("git ls-files").output, ".decapod/pins/"));
  REQUIRE(repository.falls_quiet());
  auto const out = repository.shell("set -e\n" + script);
  INFO(out.output << out.error);
  CHECK(out.status == 0);
  CHECK(repository.shell("git ls-files; git status --short").output.empty());
  // What git itself puts there with a commit is none of ours.
  CHECK(repository.shell("cat .git/info/exclude; ls -A . .git | grep -vE '^(index|COMMIT_EDITMSG|logs|ORIG_HEAD)$'")
            .output ==
        repository
            .shell("printf '%s' \"$BEFORE\" | grep -vE '^(index|COMMIT_EDITMSG|logs|ORIG_HEAD)$'", {{"BEFORE", before}})
            .output);
}

}  // namespace decapod::test
