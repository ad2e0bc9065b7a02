// What a person or a script reads of the program, through the binary.
#include "told.h"

#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <sstream>

namespace decapod::test {
namespace {

namespace json = boost::json;

// A user who is not root, for whom permissions hold; `d` is the program in a place that this user reaches.
constexpr char const* kAsOrdinaryUser =
    "as_user() { \"$@\"; }; cp \"$D\" ./d;"
    "if [ $(id -u) = 0 ]; then chmod 755 .. && chown -R 65534:65534 . &&"
    "  as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; }; fi;";

}  // namespace

TEST_CASE("a dry run says so first, keeps its claims in the subjunctive, and gives scripts no id") {
  TempRepository const repository;
  CHECK(repository.must({"todo", "add", "one", "--dry-run"}).starts_with("dry run, nothing changed: added t-"));
  CHECK(repository.must({"todo", "add", "one", "--dry-run", "--porcelain"}).empty());
  repository.must({"todo", "add", "two"});
  auto const file = repository.scratch("backup.db");
  CHECK(says(repository.must({"broker", "snapshot", "../backup.db"}), " mutation to " + file + "\n"));
  auto const restore = repository.must({"broker", "restore", file, "--dry-run"});
  INFO(restore);
  CHECK(restore.starts_with("dry run, nothing changed: would restore 1 mutation;"));
  CHECK(says(restore, "would be kept /"));
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 1);
}

TEST_CASE("states that exclude each other are refused together") {
  TempRepository const repository;
  auto const both = repository.ask({"todo", "list", "--all", "--status", "done"});
  CHECK(both.process.status == 2);
  CHECK(says(text_at(error_of(both), "hint"), "--all"));
  CHECK(repository.ask({"todo", "list", "--status", "done"}).ok());
}

TEST_CASE("a claim without a session says how to go on, and the words can be typed as they stand") {
  TempRepository const repository;
  auto const id = repository.must({"todo", "add", "one", "--porcelain"});
  auto const item = id.substr(0, id.size() - 1);
  auto const claimed = repository.must({"todo", "claim", item, "--actor", "ann"});
  CHECK(says(
      claimed,
      "no session: your commands about this item need --token 1; to do without, export DECAPOD_SESSION_ID before you "
      "claim"));
  auto const refused = repository.ask({"todo", "done", item, "--actor", "ann"});
  CHECK(refused.process.status == 4);
  CHECK(text_at(error_of(refused), "hint") ==
        "if it is your claim: `decapod todo done " + item + " --token N`; `decapod todo show " + item + "` prints N");
  auto const claim = [&](std::string const& who) {
    return repository.ask({"todo", "show", item, "--actor", who}).data().at("item").at("claim").as_object();
  };
  CHECK(claim("ann").at("token") == 1);
  CHECK_FALSE(claim("bob").contains("token"));
  auto const wrong = error_of(repository.ask({"todo", "done", item, "--token", "99"}));
  CHECK(text_at(wrong, "message") == "token 99 was never given out: " + item + " is held by ann");
  CHECK(text_at(wrong, "hint") == "`decapod todo show " + item + "` tells its holder the token");
  CHECK(repository.ask({"todo", "done", item, "--actor", "ann", "--token", "1"}).ok());
  repository.must({"todo", "add", "two"});
  CHECK_FALSE(says(repository.must({"todo", "next", "--claim", "--session", "s1"}), "no session"));
}

TEST_CASE("doctor says what the database itself has, and a database that may not be written is still read") {
  TempRepository const repository;
  repository.must({"todo", "add", "Parser drops the last line"});
  REQUIRE(repository.falls_quiet());
  auto const closed = repository.shell(std::string(kAsOrdinaryUser) +
                                       "chmod 400 .decapod/data/decapod.db; as_user ./d todo list;"
                                       "as_user ./d todo add two; echo \"add $?\"; as_user ./d doctor");
  INFO(closed.output << closed.error);
  CHECK(says(closed.output, "Parser drops the last line"));
  CHECK(says(closed.output, "add 7"));
  CHECK(says(closed.output, "reads: read-only, writes: none"));
  CHECK(says(closed.output, "chmod 600 " + repository.state() + "/decapod.db"));
}

TEST_CASE("a damaged database is named by its path, with the command that puts a snapshot in its place") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  REQUIRE(repository.falls_quiet());
  repository.shell("dd if=/dev/zero of=.decapod/data/decapod.db bs=100 count=1 conv=notrunc status=none");
  auto const asked = error_of(repository.ask({"todo", "list"}));
  CHECK(text_at(asked, "code") == "CORRUPT");
  CHECK(text_at(asked, "message").starts_with(repository.state() + "/decapod.db is damaged"));
  CHECK(says(text_at(asked, "hint"), "decapod broker restore FILE"));
  auto const doctor = repository.ask({"doctor"}).data();
  CHECK(text_at(doctor, "reads") == "none");
  CHECK(text_at(doctor, "writes") == "none");
  CHECK(text_at(error_of(repository.ask({"broker", "restore", "/etc/passwd"})), "message") ==
        "/etc/passwd is not a snapshot");
}

TEST_CASE("a pin that disagrees with the chain is replaced with --force only") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  auto const file = repository.scratch("backup.db");
  repository.must({"broker", "snapshot", file});
  repository.must({"todo", "add", "two"});
  repository.must({"broker", "checkpoint", "--pin"});
  auto const restored = repository.must({"broker", "restore", file});
  CHECK(says(restored, "decapod broker checkpoint --pin --force"));
  auto const refused = repository.ask({"broker", "checkpoint", "--pin"});
  CHECK(refused.error_code() == "REFUSED");
  CHECK(says(text_at(error_of(refused), "hint"), "--force"));
  repository.must({"broker", "checkpoint", "--pin", "--force"});
  repository.must({"broker", "verify"});
  repository.must({"broker", "checkpoint", "--pin"});
}

TEST_CASE("a line of a batch that cannot be understood is named by its number") {
  TempRepository const repository;
  auto const done =
      repository.shell("printf '\\n{\"op\":\"version\"}\\nnonsense\\n{\"op\":\"todo.close\"}\\n' | $D batch");
  std::istringstream lines(done.output);
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  CHECK(json::parse(line).at("error").at("details").at("line") == 3);
  std::getline(lines, line);
  auto const unknown = json::parse(line).at("error").as_object();
  CHECK(unknown.at("details").at("line") == 4);
  CHECK(unknown.at("suggestions").as_array().front() == "todo.done");
  auto const schema = repository.ask({"schema", "batch"}).data().at("schemas").at(0).as_object();
  CHECK(schema.at("line").at("properties").as_object().contains("request_id"));
}

TEST_CASE("every answer of a batch tells which line of the input it answers") {
  TempRepository const repository;
  auto const done = repository.shell(R"sh($D batch <<'END'
{"op":"todo.add","args":{"titel":"x"}}

{"op":"todo.nothing"}
{"op":"todo.add","args":{"title":"x"}}
{"op":"todo.show","args":{"id":"t-none"}}
{"op":"todo.stats","bad":1}
{"op":"todo.claim","args":{"id":"t-1","lease_ms":1}}
{"op":"validate","dry_run":true}
{}
END
)sh");
  std::istringstream lines(done.output);
  std::vector<int> numbers;
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    auto const envelope = json::parse(line).as_object();
    numbers.push_back(envelope.at("line").to_number<int>());
    if (envelope.at("ok").as_bool()) continue;
    auto const& error = envelope.at("error").as_object();
    CHECK(error.at("details").at("line") == envelope.at("line"));
    CHECK_FALSE(says(text_at(error, "hint"), "`decapod schema` prints"));
  }
  CHECK(numbers == std::vector<int>{1, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("a batch refuses what a command of its own refuses, and says its bounds") {
  TempRepository const repository;
  auto const done = repository.shell(R"sh($D batch <<'END'
{"op":"todo.add","args":{"title":"x"},"min_seq":0}
{"op":"todo.stats","request_id":"r"}
{"op":"version","request_id":"r"}
{"op":"broker.audit","args":{"follow":true}}
{"op":"todo.stats","timeout_ms":0}
{"op":"todo.stats","min_seq":-1}
{"op":"broker.audit","args":{"follow":false}}
{"op":"todo.add","args":{"title":"x"},"request_id":"r"}
{"op":"todo.stats","min_seq":1,"timeout_ms":60000}
END
)sh");
  std::istringstream lines(done.output);
  std::vector<std::string> codes;
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    auto const envelope = json::parse(line).as_object();
    if (envelope.at("ok").as_bool()) {
      codes.emplace_back("OK");
      continue;
    }
    auto const& error = envelope.at("error").as_object();
    codes.push_back(text_at(error, "code"));
    CHECK(error.at("details").at("line") == static_cast<std::int64_t>(codes.size()));
  }
  CHECK(codes == std::vector<std::string>{"BAD_REQUEST", "BAD_REQUEST", "BAD_REQUEST", "BAD_REQUEST", "BAD_REQUEST",
                                          "BAD_REQUEST", "OK", "OK", "OK"});
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 1);
  auto const line = repository.ask({"schema", "batch"}).data().at("schemas").at(0).at("line").at("properties");
  CHECK(line.at("timeout_ms").at("minimum") == 1);
  CHECK(line.at("timeout_ms").at("maximum") == 315'360'000'000);
  CHECK(line.at("min_seq").at("minimum") == 0);
}

TEST_CASE("a path in a suggested command is one word of a shell, whatever is in it") {
  TempRepository const repository;
  auto const ran = repository.shell(
      "mkdir \"it's\" && cd \"it's\" && git init -q . && $D init >&2 && chmod 755 .decapod/data &&"
      " $D todo list 2>said; sed -n 's/^hint: close it: //p' said | sh && $D todo list && $D todo list --root "
      "\"$PWD/it's\"");
  INFO(ran.output << ran.error);
  CHECK(says(ran.output, "no items"));
  CHECK(says(ran.error, "it'\\''s'`"));
}

TEST_CASE("two forms of one answer are refused together, and a variable gives way to what is typed") {
  TempRepository const repository;
  auto const id = repository.must({"todo", "add", "one", "--porcelain"});
  for (auto const& both : std::vector<Arguments>{{"--porcelain"}, {"--format", "json", "--porcelain"}}) {
    auto words = Arguments{"todo", "list"};
    words.insert(words.end(), both.begin(), both.end());
    auto const refused = repository.ask(words);
    CHECK(refused.process.status == 2);
    CHECK(refused.error_code() == "USAGE");
    CHECK(says(text_at(error_of(refused), "hint"), "give one of them"));
  }
  for (auto const& both : std::vector<Arguments>{{"--json", "--format", "text"}, {"--format=text", "--json"}}) {
    auto words = Arguments{"todo", "list"};
    words.insert(words.end(), both.begin(), both.end());
    auto const refused = repository.ask(words);
    CHECK(refused.process.status == 2);
    CHECK(refused.error_code() == "USAGE");
    CHECK(says(text_at(error_of(refused), "message"), "--format text"));
  }
  CHECK(repository.ask({"todo", "list", "--json", "--format", "json"}).ok());
  CHECK(repository.must({"todo", "list", "--porcelain"}, {{"DECAPOD_FORMAT", "json"}}) == id);
  CHECK(repository.must({"todo", "list", "--porcelain", "--format", "text"}) == id);
}

TEST_CASE("two places for one store are refused together, and a variable gives way to what is typed") {
  TempRepository const repository;
  auto const id = repository.must({"todo", "add", "one", "--porcelain"});
  auto const elsewhere = repository.scratch("elsewhere");
  for (auto const& both :
       std::vector<Arguments>{{"--store", "user", "--root", elsewhere}, {"--root", elsewhere, "--store", "repo"}}) {
    auto words = Arguments{"todo", "list"};
    words.insert(words.end(), both.begin(), both.end());
    auto const refused = repository.ask(words);
    CHECK(refused.process.status == 2);
    CHECK(refused.error_code() == "USAGE");
    CHECK(says(text_at(error_of(refused), "hint"), "give one of them"));
  }
  CHECK(repository.must({"todo", "list", "--porcelain", "--store", "repo"}, {{"DECAPOD_ROOT", elsewhere}}) == id);
  CHECK(repository.ask({"todo", "list", "--root", elsewhere}, {{"DECAPOD_ROOT", repository.path()}}).error_code() ==
        "STORE_NOT_FOUND");
}

TEST_CASE("what a newcomer gets wrong is answered with what to do") {
  TempRepository const repository;
  auto id = repository.must({"todo", "add", "one", "--porcelain"});
  id.pop_back();
  repository.must({"workunit", "init", id, "--intent", "it works"});
  struct Slip {
    Arguments words;
    std::string_view hint;
  };
  std::vector<Slip> const slips = {
      {{"knowledge", "add", "a", "-b", "b", "-p", "cmd:true", "-p", "cmd:true"}, "name each source once"},
      {{"todo", "next", "--lease", "1h"}, "add --claim"},
      {{"policy", "operator-init", "--key", "k", "--passphrase-file", "/dev/null"},
       "the first line of --passphrase-file"},
      {{"workunit", "plan", id, "Bad Name", "true"}, "it has only a-z"},
      {{"capsule", "issue", "--topic", "x", "--scope", "docs"}, "give --task ID, or --workunit ID"},
      {{"policy", "eval", "--params", "{}"}, "name it first"},
      {{"todo", "list", "--limit", "0"}, "--limit N: At most this many (1 to 1000)"},
      {{"todo", "claim", "t-1", "--lease", "soon"}, "--lease DURATION: How long the claim lasts"},
      {{"todo", "add", "x", "--label", "a", "--label", ""}, "--label TEXT: A label"},
  };
  for (auto const& [words, hint] : slips) {
    auto const answer = repository.ask(words);
    INFO(answer.process.output);
    CHECK_FALSE(answer.ok());
    CHECK(says(text_at(error_of(answer), "hint"), hint));
  }
}

TEST_CASE("one of a kind is told in the singular") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  CHECK(repository.must({"todo", "stats"}).starts_with("1 item: "));
  CHECK(says(repository.must({"broker", "verify"}), "mutations: 1 record, unbroken"));
  repository.must({"health", "claim", "main", "tests pass", "--surface", "ctest"});
  CHECK(repository.must({"health", "summary"}).starts_with("1 claim, "));
  repository.must({"todo", "add", "two"});
  CHECK(repository.must({"todo", "stats"}).starts_with("2 items: "));
}

TEST_CASE("a broker that could not serve a lost database is not announced") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  REQUIRE(repository.falls_quiet());
  CHECK(says(repository.must({"broker", "status"}), "nobody serves this store: the next command will"));
  repository.shell("rm .decapod/data/decapod.db");
  auto const status = repository.must({"broker", "status"});
  CHECK(says(status, "no command will: the store's database is gone"));
  CHECK(text_at(repository.ask({"broker", "status"}).data(), "unserved") != "");
  CHECK_FALSE(says(repository.must({"doctor"}), "the next command will"));
}

TEST_CASE("a verb prints something of its own under --porcelain, or refuses it") {
  TempRepository const repository;
  CHECK(repository.must({"where", "--porcelain"}) == repository.state() + "\n");
  CHECK(repository.must({"broker", "checkpoint", "--porcelain"}).starts_with("decapod audit checkpoint"));
  CHECK(repository.must({"todo", "list", "--porcelain"}).empty());
  for (auto const& verb : std::vector<Arguments>{{"todo", "stats"}, {"broker", "status"}, {"broker", "verify"}}) {
    auto words = verb;
    words.emplace_back("--porcelain");
    auto const refused = run(repository.command(words));
    CHECK(refused.status == 2);
    CHECK(says(refused.error, "hint: use --json"));
  }
}

TEST_CASE("a write whose answer found no place ends with 10 and the id to ask by") {
  TempRepository const repository;
  auto const done = repository.shell("$D todo add one --request-id r-1 >/dev/full; echo $?");
  INFO(done.error);
  CHECK(done.output == "10\n");
  CHECK(says(done.error, "No space left on device"));
  CHECK(says(done.error, "request: r-1"));
  CHECK(repository.ask({"broker", "result", "r-1"}).ok());
  CHECK(repository.shell("$D version >/dev/full; echo $?").output == "7\n");
}

TEST_CASE("what other programs call a thing leads to what it is called here") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const first = [&](Arguments const& words) {
    auto const error = error_of(repository.ask(words));
    auto const* found = error.if_contains("suggestions");
    return found != nullptr ? std::string(std::string_view(found->as_array().front().as_string())) : std::string();
  };
  CHECK(first({"todo", "close", "t-1"}) == "done");
  CHECK(first({"todo", "create", "x"}) == "add");
  CHECK(first({"close"}) == "todo done");
  CHECK(first({"todo", "list", "--assignee", "x"}) == "--holder");
  CHECK(first({"todo", "add", "x", "--depends-on", "y"}) == "--blocked-by");
  CHECK(first({"completion", "sh"}) == "bash");
  CHECK(first({"help", "exit"}) == "exit-codes");
  CHECK(first({"schema", "todo", "close"}) == "todo done");
  CHECK(first({"-V"}) == "--version");
  CHECK(first({"task", "list"}) == "todo");
  CHECK(first({"setup"}) == "init");
  CHECK(first({"memory"}) == "knowledge");
  CHECK(says(text_at(error_of(repository.ask({"todo", "add", "--title", "x"})), "hint"), "decapod todo add TITLE"));
}

TEST_CASE("a title is one line") {
  TempRepository const repository;
  auto const refused = repository.ask({"todo", "add", "one\ntwo"});
  CHECK(refused.error_code() == "BAD_REQUEST");
  CHECK(says(text_at(error_of(refused), "hint"), "--description"));
}

TEST_CASE("hints say what to type next") {
  TempRepository const repository;
  auto const add = [&] {
    auto const id = repository.must({"todo", "add", "x", "--porcelain"});
    return id.substr(0, id.size() - 1);
  };
  auto const a = add();
  auto const b = add();
  auto const hint = [&](Arguments const& words) { return text_at(error_of(repository.ask(words)), "hint"); };
  CHECK(hint({"todo", "link", a, "blocks", a}) == "name two different items");
  repository.must({"todo", "link", a, "blocks", b});
  CHECK(says(hint({"todo", "link", b, "blocks", a}), "decapod todo unlink " + a + " blocks " + b));
  CHECK(says(hint({"todo", "reclaim"}), "decapod todo reclaim --expired"));
  CHECK(says(hint({"todo", "search", "  "}), "decapod todo search"));
  CHECK(says(hint({"todo", "archive", b}), "decapod todo claim " + b + " --force"));
  repository.shell("chmod 755 .decapod/data");
  CHECK(says(hint({"todo", "list"}), "chmod 700 " + repository.state()));
}

}  // namespace decapod::test
