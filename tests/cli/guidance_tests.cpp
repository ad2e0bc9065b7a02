// Where a newcomer was misled once: what the program says, and whether it holds.
#include "told.h"

#include <support/eventually.h>
#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace decapod::test {
namespace json = boost::json;

TEST_CASE("a checkpoint on standard input is held against the chain as one in a file is") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  auto const same = repository.shell("$D broker checkpoint | $D broker verify --against -");
  INFO(same.output << same.error);
  CHECK(same.status == 0);
  CHECK(says(same.output, "the checkpoint in standard input agrees"));
  auto const other = repository.shell("$D broker checkpoint | sed '$ s/^..../AAAA/' | $D broker verify --against -");
  INFO(other.output << other.error);
  CHECK(other.status == 6);
  CHECK(says(repository.shell("$D broker verify --against - </dev/null").error, "no checkpoint in standard input"));
}

TEST_CASE("every command says the same of a store whose database is gone, and what it says to do works") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  auto const backup = repository.scratch("backup.db");
  repository.must({"broker", "snapshot", backup});
  REQUIRE(repository.falls_quiet());
  repository.shell("rm .decapod/data/decapod.db*");
  auto const asked = error_of(repository.ask({"todo", "list"}));
  auto const message = text_at(asked, "message");
  auto const hint = text_at(asked, "hint");
  CHECK(says(message, "the store's database is gone"));
  CHECK(says(hint, "decapod broker restore FILE"));
  for (auto const& words : std::vector<Arguments>{{"todo", "add", "x"}, {"init"}, {"init", "--dry-run"}}) {
    auto const answer = repository.ask(words);
    CHECK(answer.process.status == 9);
    CHECK(text_at(error_of(answer), "message") == message);
    CHECK(text_at(error_of(answer), "hint") == hint);
  }
  for (std::string const verb : {"validate", "doctor", "where"}) {
    auto const told = repository.shell("$D " + verb);
    INFO(told.output);
    CHECK(says(told.output, message));
    if (verb != "where") CHECK(says(told.output, hint));
    CHECK_FALSE(says(told.output, "run decapod init"));
  }
  repository.must({"broker", "restore", backup});
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 1);
  REQUIRE(repository.falls_quiet());
  repository.shell("rm .decapod/data/decapod.db*; mv .decapod/data ../old; $D init");
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 0);
}

TEST_CASE("whoever finds no store is told the command that makes the one that was looked for") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const elsewhere = repository.scratch("else where");
  repository.shell("mkdir '" + elsewhere + "'");
  std::vector<Arguments> const places = {{}, {"--store", "user"}, {"--root", elsewhere}};
  std::vector<std::string> const commands = {"decapod init", "decapod init --store user",
                                             "decapod init --root '" + elsewhere + "'"};
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto const at = [&](Arguments words) {
      words.insert(words.end(), places[i].begin(), places[i].end());
      return words;
    };
    CAPTURE(commands[i]);
    CHECK(says(repository.must(at({"where"})), "run `" + commands[i] + "`\n"));
    CHECK(says(repository.must(at({"validate"})), "there is no store: run " + commands[i] + " to make one\n"));
    CHECK(says(text_at(error_of(repository.ask(at({"todo", "list"}))), "hint"),
               "run `" + commands[i] + "`; `decapod broker restore "));
    auto const options = commands[i].substr(std::string_view("decapod init").size());
    CHECK(says(repository.must(at({"doctor"})),
               "run `" + commands[i] + "`; `decapod broker restore FILE" + options + "` then brings back"));
    CHECK(repository.shell("$D" + commands[i].substr(std::string_view("decapod").size())).status == 0);
    CHECK(repository.ask(at({"todo", "list"})).ok());
  }
}

TEST_CASE("what fails says so under --quiet, and what does not is left out") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  repository.shell("mkdir .decapod/pins && echo junk > .decapod/pins/junk.txt");
  auto const quiet = repository.shell("$D validate --quiet");
  CHECK(quiet.status == 6);
  CHECK(quiet.output.starts_with("FAILED audit.pins"));
  CHECK(says(quiet.output, "[PIN_UNREADABLE]"));
  CHECK_FALSE(says(quiet.output, "ok     "));
  CHECK_FALSE(says(quiet.output, "n/a    "));
  CHECK_FALSE(says(quiet.output, " passed, "));
  CHECK(says(repository.shell("$D validate").output, "ok     todo.orphans"));
}

TEST_CASE("what a link was is not told as if it were") {
  TempRepository const repository;
  auto const ids = repository.shell("$D todo add a --porcelain; $D todo add b --porcelain").output;
  auto const end = ids.find('\n');
  auto const words =
      Arguments{"todo", "unlink", ids.substr(0, end), "blocks", ids.substr(end + 1, ids.size() - end - 2)};
  auto link = words;
  link[1] = "link";
  auto const line = words[2] + " blocks " + words[4] + "\n";
  CHECK(repository.must(link).starts_with(line));
  CHECK(repository.must(words).starts_with("unlinked: " + line));
}

TEST_CASE("help says what the counts of a broker count, and what became of a write") {
  TempRepository const repository;
  auto const status = repository.must({"broker", "status", "--help"});
  for (auto const* count :
       {"connections:", "queued:", "in flight:", "requests,", "executed;", "joined,", "cached,", "groups:"}) {
    CHECK(says(status, count));
  }
  auto const result = repository.must({"broker", "result", "--help"});
  for (auto const* part : {"COMMITTED:", "NOT_COMMITTED:", "(exit 3)", "days;"}) CHECK(says(result, part));
  CHECK(says(repository.must({"doctor", "--help"}), "no store"));
}

TEST_CASE("a failed command says which verb it was of and that nothing was answered") {
  TempRepository const repository;
  std::vector<Arguments> const mistakes = {
      {"todo", "add"}, {"todo", "add", "x", "--no-such"}, {"todo", "add", "x", "--due", "soon"}, {"validate", "x"}};
  for (auto const& words : mistakes) {
    auto const refused = repository.ask(words);
    CHECK(refused.process.status == 2);
    CHECK(text_at(refused.envelope, "op") == (words.front() == "validate" ? "validate" : "todo.add"));
  }
  CHECK_FALSE(repository.ask({"todo", "fly"}).envelope.contains("op"));
  auto const failed = repository.ask({"validate", "--require-pin"});
  CHECK(failed.process.status == 6);
  CHECK(text_at(failed.envelope, "status") == "NOT_COMMITTED");
}

TEST_CASE("a list for scripts that was cut says so on standard error, and nothing is cut inside a line") {
  TempRepository const repository;
  for (int i = 0; i < 3; ++i) repository.must({"todo", "add", "item"});
  auto const cut = repository.shell("$D todo list --limit 2 --porcelain");
  CHECK(std::count(cut.output.begin(), cut.output.end(), '\n') == 2);
  REQUIRE(cut.error.starts_with("more: --cursor "));
  auto const rest = repository.shell("$D todo list --porcelain " + cut.error.substr(6));
  CHECK(std::count(rest.output.begin(), rest.output.end(), '\n') == 1);
  CHECK(rest.error.empty());
  CHECK(says(repository.must({"todo", "list", "--limit", "2"}), "\nmore: --cursor "));
  CHECK(says(repository.must({"todo", "ready", "--limit", "2"}),
             "\nmore: a greater --limit if this one is full, or `decapod todo next`"));
  auto const part = repository.shell("$D todo export --limit 1");
  CHECK(std::count(part.output.begin(), part.output.end(), '\n') == 1);
  CHECK(part.error.starts_with("more: --after t-"));
  std::string lines;
  for (int i = 0; i < 20; ++i) {
    lines += R"({"id":"hand-written-)" + std::to_string(100 + i) + R"(","title":"x"})" + '\n';
  }
  REQUIRE(repository.shell("$D todo import - <<'END'\n" + lines + "END").status == 0);
  auto const record = repository.must({"broker", "audit", "--operation", "todo.import", "--porcelain"});
  INFO(record);
  CHECK(says(record, "todo/item/hand-written-100 "));
  CHECK(says(record, "todo/item/hand-written-119\t"));
}

TEST_CASE("to look at what comes next changes nothing, and is on record among the reads") {
  TempRepository const repository;
  auto id = repository.must({"todo", "add", "one", "--porcelain"});
  id.pop_back();
  auto const looked = repository.ask({"todo", "next"});
  CHECK(text_at(looked.envelope, "op") == "todo.next");
  CHECK(text_at(looked.envelope, "status") == "OK");
  CHECK(text_at(looked.data().at("item").as_object(), "id") == id);
  CHECK(repository.must({"todo", "next", "--porcelain", "--request-id", "r-1"}) == id + "\t-\t-\n");
  CHECK(repository.shell("echo '{\"op\":\"todo.next\"}' | $D batch").status == 0);
  auto const records = [&](std::string const& chain, std::string const& operation) {
    auto const lines = repository.must({"broker", "audit", "--chain", chain, "--operation", operation, "--porcelain"});
    return std::count(lines.begin(), lines.end(), '\n');
  };
  CHECK(records("mutations", "todo.next") == 0);
  CHECK(eventually([&] { return records("reads", "todo.peek") == 3; }));
  // The id that a look was given is free.
  repository.must({"todo", "next", "--claim", "--request-id", "r-1"});
  CHECK(records("mutations", "todo.next") == 1);
  CHECK(repository.ask({"todo", "next"}).process.status == 3);
  CHECK(repository.ask({"todo", "next", "--lease", "1h"}).error_code() == "BAD_REQUEST");
}

TEST_CASE("whoever follows the trail reads from the oldest to the newest, without a page's end between") {
  TempRepository const repository;
  for (int i = 0; i < 3; ++i) repository.must({"todo", "add", "item"});
  auto const followed = repository.shell("$D broker audit --follow --limit 2 --timeout 300ms");
  INFO(followed.output);
  CHECK(followed.output.starts_with("2  "));
  CHECK(says(followed.output, "\n3  "));
  CHECK_FALSE(says(followed.output + followed.error, "more:"));
}

TEST_CASE("an operation that there is not is refused by the trail, with what was meant") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  auto const meant = [&](std::string const& operation) {
    auto const error = error_of(repository.ask({"broker", "audit", "--operation", operation}));
    auto const* found = error.if_contains("suggestions");
    return found != nullptr ? std::string(std::string_view(found->as_array().front().as_string())) : std::string();
  };
  CHECK(meant("todo.clam") == "todo.claim");
  CHECK(meant("restore") == "broker.restore");
  CHECK(repository.ask({"broker", "audit", "--operation", "todo.claim"}).ok());
}

TEST_CASE("a comment may come from standard input") {
  TempRepository const repository;
  auto id = repository.must({"todo", "add", "one", "--porcelain"});
  id.pop_back();
  REQUIRE(repository.shell("printf 'two\\nlines\\n' | $D todo comment " + id + " -").status == 0);
  auto const item = repository.ask({"todo", "show", id}).data().at("item").as_object();
  CHECK(item.at("comments").at(0).at("text") == "two\nlines");
}

TEST_CASE("a variable that cannot be read names the page about variables, which can be read all the same") {
  TempRepository const repository;
  for (std::string const bad : {"DECAPOD_FORMAT=x", "DECAPOD_TIMEOUT_MS=soon", "DECAPOD_TIMEOUT_MS=0",
                                "DECAPOD_REQUEST_ID='a b'", "DECAPOD_BROKER_IDLE_MS=x", "DECAPOD_AGENT_ID=-x"}) {
    auto const refused = repository.shell(bad + " $D todo list");
    INFO(bad << ": " << refused.error);
    CHECK(refused.status == 2);
    CHECK(says(refused.error, bad.substr(0, bad.find('='))));
    CHECK(says(refused.error, "`decapod help environment`"));
    CHECK(says(repository.shell(bad + " $D help environment").output, "DECAPOD_FORMAT"));
  }
}

TEST_CASE("words in another order or spelling lead to the command that is meant") {
  TempRepository const repository;
  CHECK(says(repository.must({"help", "todo.claim"}), "usage: decapod todo claim ID"));
  CHECK(repository.ask({"schema", "todo.claim"}).data().at("schemas").at(0).at("op") == "todo.claim");
  auto const said = [&](std::string const& words) { return repository.shell("$D " + words).error; };
  CHECK(says(said("todo.claim t-1"), "did you mean: todo claim\n"));
  CHECK(says(said("next claim"), "did you mean: todo next --claim\n"));
  CHECK(says(said("todo next claim"), "did you mean: --claim\n"));
  CHECK(says(said("todo t-4k2m claim"), "did you mean: todo claim t-4k2m\n"));
  CHECK(says(said("help todo.clam"), "did you mean: todo.claim"));
  CHECK(says(said("knowledge promote k-4k2m"), "'promote' is a command of its own: `decapod help promote`"));
  CHECK(says(said("completion"), "error: decapod completion needs SHELL: bash, zsh or fish\n"));
  CHECK(says(said("completion tcsh"), "error: SHELL cannot be 'tcsh': it is bash, zsh or fish\n"));
  CHECK(says(said("todo handoff"), "error: decapod todo handoff needs ID, --to and --summary\n"));
}

TEST_CASE("a priority is typed as lists print it, or as a number") {
  TempRepository const repository;
  for (std::string const given : {"P1", "p1", "1"}) {
    auto const added = repository.ask({"todo", "add", "x", "-p", given});
    INFO(given);
    REQUIRE(added.ok());
    CHECK(added.data().at("item").at("priority") == 1);
  }
  auto const list = repository.ask({"todo", "list", "--priority", "P0"});
  CHECK(list.data().at("total") == 0);
  for (std::string const bad : {"P", "PP1", "P-1", "high"}) {
    auto const refused = repository.ask({"todo", "add", "x", "-p", bad});
    CHECK(refused.process.status == 2);
    CHECK(says(text_at(error_of(refused), "message"), "is not a whole number: 0 to 4"));
  }
}

TEST_CASE("a line that was written by hand needs an id and a title, and all that it lacks is named at once") {
  TempRepository const repository;
  auto const import = [&](std::string const& lines) {
    return repository.shell("$D todo import --json - <<'END'\n" + lines + "\nEND");
  };
  std::string const good = R"({"id":"d-1","title":"Docs"}
{"id":"d-2","title":"More","links":[{"kind":"blocks","other":"d-1"}],"comments":[{"text":"hm"}]})";
  CHECK(says(import(good).output, "\"added\":2"));
  CHECK(says(import(good).output, "\"unchanged\":2"));
  auto const item = repository.ask({"todo", "show", "d-2"}).data().at("item").as_object();
  CHECK(item.at("priority") == 2);
  CHECK(item.at("open_blockers") == 1);
  CHECK(item.at("comments").at(0).at("author") == "unknown");
  auto const lacking = import(R"({"title":"x","links":[{"other":"d-1"}],"comments":[{}]})").output;
  CHECK(says(lacking, "line 1: 'id', 'links[0].kind', 'comments[0].text' are missing"));
  auto const unknown = import(
                           "\n"
                           R"({"id":"d-3","title":"x","lables":["a"]})")
                           .output;
  CHECK(says(unknown, "line 2: 'lables' is not a known field"));
  CHECK(says(unknown, "\"suggestions\":[\"labels\"]"));
  CHECK(says(repository.must({"todo", "import", "--help"}), R"({"id":"docs-1")"));
}

}  // namespace decapod::test
