// What is known and what is claimed, as a person, a script and a liar leave it: real repositories, the real binary.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr int kRefused = 5;
constexpr int kValidationFailed = 6;

// A repository with a file that git knows.
class Records {
 public:
  TempRepository repository;

  Records() {
    put("src/lock.c", "one\ntwo\nthree\nfour\n");
    shell("git add -A && git -c user.name=t -c user.email=t@invalid commit -q -m files");
  }

  std::string at(std::string const& path) const { return repository.path() + '/' + path; }
  void put(std::string const& path, std::string const& content) const {
    fs::create_directories(fs::path(at(path)).parent_path());
    write_file(at(path), content);
  }
  std::string shell(std::string const& script) const {
    auto const done = repository.shell(script);
    INFO(script << ": " << done.output << done.error);
    REQUIRE(done.status == 0);
    auto text = done.output;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  Answer add(std::string const& title, std::string const& body, std::string const& source,
             Arguments const& more = {}) const {
    Arguments arguments{"knowledge", "add", title, "--body", body, "--provenance", source};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return repository.ask(arguments);
  }
  std::string added(std::string const& title, std::string const& body = "a body",
                    std::string const& source = "command:true") const {
    return id_in(add(title, body, source), "entry");
  }
  json::object entry(std::string const& id) const { return told_of({"knowledge", "show", id}, "entry"); }
  json::object claim(std::string const& id) const { return told_of({"health", "show", id}, "claim"); }
  std::set<std::string> listed(Arguments const& list, std::string const& member) const {
    auto const answer = repository.ask(list);
    INFO(told(answer));
    REQUIRE(answer.ok());
    std::set<std::string> ids;
    for (auto const& one : answer.data().at(member).as_array()) ids.emplace(one.at("id").as_string());
    return ids;
  }
  std::int64_t mutations() const {
    return repository.ask({"broker", "verify"}).data().at("chains").at(0).at("size").to_number<std::int64_t>();
  }
  // "CODE where" of whatever `validate` finds.
  std::vector<std::string> findings() const {
    auto const answer = repository.ask({"validate", "--store", "repo"});
    INFO(told(answer));
    std::vector<std::string> found;
    if (answer.ok()) return found;
    REQUIRE(answer.process.status == kValidationFailed);
    for (auto const& report : answer.envelope.at("error").at("details").at("gates").as_array()) {
      for (auto const& finding : report.at("findings").as_array()) {
        found.push_back(std::string(finding.at("code").as_string()) + ' ' +
                        std::string(finding.at("where").as_string()));
      }
    }
    return found;
  }
  // With nobody else at the store.
  void tamper(std::string const& sql) const {
    REQUIRE(repository.falls_quiet());
    shell("sqlite3 -batch -bail .decapod/data/decapod.db \"" + sql + '"');
  }

  static std::string id_in(Answer const& answer, std::string const& member) {
    INFO(told(answer));
    REQUIRE(answer.ok());
    return std::string(answer.data().at(member).at("id").as_string());
  }

 private:
  json::object told_of(Arguments const& arguments, std::string const& member) const {
    auto const answer = repository.ask(arguments);
    INFO(told(answer));
    REQUIRE(answer.ok());
    return answer.data().at(member).as_object();
  }
};

using Ids = std::set<std::string>;

}  // namespace

TEST_CASE("an entry rests on the very lines, the whole commit and the mutation that were named") {
  Records const records;
  auto const marker = records.repository.ask({"todo", "add", "a task"}).marker();
  auto const head = records.shell("git rev-parse HEAD");
  fs::create_directories(records.at("deep/er"));
  auto command =
      records.repository.command({"knowledge", "add", "Locks stay", "-b", "-", "-p", "file:../../src/lock.c#L2-L3",
                                  "-p", "commit:" + head.substr(0, 9), "-p", "event:" + marker, "--json"});
  command.input = "never unlink one\n";
  auto const entry = records.entry(
      Records::id_in(parse_answer(run(in_directory(std::move(command), records.at("deep/er")))), "entry"));
  CHECK(entry.at("body") == "never unlink one");
  auto const& sources = entry.at("provenance").as_array();
  REQUIRE(sources.size() == 3);
  CHECK(sources[0].at("value") == "src/lock.c");
  CHECK(sources[0].at("first_line") == 2);
  CHECK(std::string(sources[0].at("sha256").as_string()) ==
        records.shell("sed -n 2,3p src/lock.c | sha256sum | cut -c-64"));
  CHECK(sources[1].at("value").as_string() == head);
  CHECK(sources[2].at("value").as_string() == marker);
  CHECK(records.findings().empty());
}

TEST_CASE("what leads out of the repository, is not there or never happened is no provenance, and leaves nothing") {
  Records const records;
  write_file(records.repository.scratch("outside"), "a secret\n");
  fs::create_symlink(records.repository.scratch("outside"), records.at("link"));
  auto const before = records.mutations();
  struct Refused {
    std::string source;
    std::string code;
  };
  std::vector<Refused> const refused = {
      {"file:/etc/passwd", "REFUSED"},
      {"file:../outside", "REFUSED"},
      {"file:link", "REFUSED"},
      {"file:src/nothing.c", "INPUT_UNREADABLE"},
      {"file:src/lock.c#L4-L5", "BAD_REQUEST"},
      {"commit:0123456789", "BAD_REQUEST"},
      {"event:7.7777", "MARKER_UNCONFIRMED"},
      {"event:t-4k2m", "BAD_REQUEST"},
      {"I heard it", "BAD_REQUEST"},
      {"", "BAD_REQUEST"},
  };
  for (auto const& [source, code] : refused) {
    auto const answer = records.add("a", "b", source);
    INFO(source << ": " << told(answer));
    CHECK(answer.error_code() == code);
  }
  // Nobody gets around the command's reading of files: the broker trusts no path either.
  auto const digest = std::string(64, '0');
  auto batch = records.repository.command({"batch"});
  batch.input =
      R"({"op":"knowledge.add","args":{"title":"a","body":"b","provenance":["file:../outside"],"digests":[")" + digest +
      "\"]}}\n" + R"({"op":"knowledge.add","args":{"title":"a","body":"b","provenance":[]}})" + "\n";
  auto const answers = run(batch).output;
  INFO(answers);
  CHECK(answers.find(R"("code":"REFUSED")") != std::string::npos);
  CHECK(answers.find(R"("ok":true)") == std::string::npos);
  CHECK(records.listed({"knowledge", "list", "--all"}, "entries").empty());
  CHECK(records.mutations() >= before);
  CHECK(records.findings().empty());
}

TEST_CASE("a search puts a title before a body, and leaves out what does not hold any more") {
  Records const records;
  auto const body = records.added("Other", "somewhere in here an election is named");
  auto const title = records.added("The election", "is short");
  auto const old = records.added("Election of old", "it was otherwise");
  auto const over = records.added("Election over", "it was otherwise");
  records.repository.must({"knowledge", "supersede", old, "--by", title, "--reason", "known better"});
  records.repository.must({"knowledge", "expire", over, "--reason", "over"});
  auto const found = records.repository.ask({"knowledge", "search", "elect"});
  INFO(told(found));
  auto const& entries = found.data().at("entries").as_array();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].at("id").as_string() == title);
  CHECK(entries[1].at("id").as_string() == body);
  CHECK(std::string(entries[1].at("excerpt").as_string()).find("an election is named") != std::string::npos);
  CHECK(records.listed({"knowledge", "search", "elect", "--all"}, "entries") == Ids{body, title, old, over});
}

TEST_CASE("a newer entry takes an older one's place at once, and the old one says which one to read") {
  Records records;
  records.repository.set_idle(Milliseconds(100'000));
  auto const a = records.added("a"), b = records.added("b"), c = records.added("c");
  CHECK(records.listed({"knowledge", "list"}, "entries") == Ids{a, b, c});
  records.repository.must({"knowledge", "supersede", a, "--by", b});
  records.repository.must({"knowledge", "supersede", b, "--by", c});
  CHECK(records.listed({"knowledge", "list"}, "entries") == Ids{c});
  CHECK(records.entry(a).at("state") == "superseded");
  CHECK(records.entry(a).at("current").as_string() == c);
  auto const back = records.repository.ask({"knowledge", "supersede", c, "--by", a});
  CHECK(back.process.status == kRefused);
  CHECK(back.error_code() == "LINK_CYCLE");
  CHECK(records.findings().empty());
}

TEST_CASE("an entry expires at its time while one broker answers, with no commit between") {
  Records records;
  records.repository.set_idle(Milliseconds(100'000));
  auto const a = records.added("a"), b = records.added("b");
  records.repository.must({"knowledge", "expire", a, "--reason", "goes", "--at",
                           records.shell("date -u -d '+4 seconds' +%Y-%m-%dT%H:%M:%SZ")});
  CHECK(records.listed({"knowledge", "list"}, "entries") == Ids{a, b});
  auto const before = records.mutations();
  CHECK(eventually([&] { return records.listed({"knowledge", "list"}, "entries") == Ids{b}; }));
  CHECK(records.entry(a).at("state") == "expired");
  CHECK(records.mutations() == before);
}

TEST_CASE("verify says of each file how it drifted, in the worktree that asks") {
  Records const records;
  auto const id = records.added("Lines", "b", "file:src/lock.c#L2-L3");
  auto const drift = [&](std::string const& directory) {
    auto const answer =
        parse_answer(run(in_directory(records.repository.command({"knowledge", "verify", "--json"}), directory)));
    INFO(told(answer));
    REQUIRE(answer.ok());
    auto const& file = answer.data().at("files").at(0);
    CHECK(file.at("id").as_string() == id);
    return std::string(file.at("drift").as_string());
  };
  auto const other = records.repository.add_worktree("other");
  CHECK(drift(records.repository.path()) == "none");
  records.put("src/lock.c", "ONE\ntwo\nthree\nFOUR\n");
  CHECK(drift(records.repository.path()) == "none");
  records.put("src/lock.c", "one\ntwo\nTHREE\nfour\n");
  CHECK(drift(records.repository.path()) == "changed");
  records.put("src/lock.c", "one\ntwo\n");
  CHECK(drift(records.repository.path()) == "shorter");
  fs::remove(records.at("src/lock.c"));
  CHECK(drift(records.repository.path()) == "missing");
  CHECK(drift(other) == "none");
}

TEST_CASE("nobody says of an own entry that it is to be followed") {
  Records const records;
  auto const answer = records.add("a", "b", "command:true", {"--grade", "procedural"});
  CHECK(answer.process.status == kRefused);
  CHECK(answer.error_code() == "PROMOTION_REQUIRED");
  CHECK(records.listed({"knowledge", "list", "--all"}, "entries").empty());
}

TEST_CASE("what was done to entries and proofs beside the trail is named") {
  Records const records;
  auto const a = records.added("a"), b = records.added("b");
  records.repository.must({"knowledge", "supersede", a, "--by", b});
  auto const h =
      Records::id_in(records.repository.ask({"health", "claim", "main", "tests pass", "--surface", "ctest"}), "claim");
  records.repository.must({"health", "prove", h, "--result", "fail", "--command", "ctest", "--exit-code", "8"});
  REQUIRE(records.findings().empty());
  auto const [change, code] = GENERATE(table<std::string, std::string>({
      {"PRAGMA ignore_check_constraints = ON; UPDATE knowledge_entry SET superseded_at = NULL WHERE number = 1",
       "KNOWLEDGE_SUPERSESSION_BROKEN"},
      {"UPDATE knowledge_entry SET successor = 99 WHERE number = 1", "KNOWLEDGE_SUPERSESSION_BROKEN"},
      {"UPDATE health_proof SET claim = 99", "HEALTH_PROOF_WRONG"},
      {"PRAGMA ignore_check_constraints = ON; UPDATE health_proof SET result = 'pass'", "HEALTH_PROOF_WRONG"},
      {"UPDATE knowledge_body SET body = 'A body' WHERE entry = 2", "KNOWLEDGE_DIGEST_WRONG"},
      {"UPDATE knowledge_entry SET digest = zeroblob(32) WHERE number = 2", "KNOWLEDGE_ENTRY_UNRECORDED"},
      {"UPDATE knowledge_entry SET promoted_at = 1, promoted_by = 'x', promote_reason = '', promotion = 'p',"
       " promoted_epoch = 1, promoted_seq = 2 WHERE number = 2",
       "KNOWLEDGE_PROMOTION_UNCONFIRMED"},
      {"UPDATE health_proof SET result = 'pass', exit_code = 0", "HEALTH_PROOF_UNRECORDED"},
      {"UPDATE health_proof SET at = at + 1000", "HEALTH_PROOF_UNRECORDED"},
      {"UPDATE health_proof SET vouched = 1", "HEALTH_PROOF_UNRECORDED"},
      {"UPDATE health_claim SET actor = 'somebody else'", "HEALTH_CLAIM_UNRECORDED"},
      {"UPDATE health_claim SET fresh_for = 1000000000", "HEALTH_CLAIM_UNRECORDED"},
  }));
  CAPTURE(change, code);
  records.tamper(change);
  auto const found = records.findings();
  CAPTURE(found);
  CHECK(std::ranges::any_of(found, [&, code = code](auto const& one) { return one.starts_with(code + ' '); }));
}

TEST_CASE("a claim is what its proofs say, and turns stale while one broker answers, with no commit between") {
  Records records;
  records.repository.set_idle(Milliseconds(100'000));
  auto const id = Records::id_in(
      records.repository.ask({"health", "claim", "main", "tests pass", "--surface", "ctest", "--fresh-for", "4s"}),
      "claim");
  CHECK(records.claim(id).at("state") == "asserted");
  records.repository.must({"health", "prove", id, "--result", "fail", "--surface", "ci", "--commit", "3f2a1c9"});
  CHECK(records.claim(id).at("state") == "contradicted");
  records.repository.must({"health", "prove", id, "--result", "pass", "--surface", "ci", "--commit", "3f2a1c9"});
  CHECK(records.claim(id).at("state") == "asserted");
  records.repository.must({"health", "prove", id, "--result", "pass", "--command", "ctest", "--exit-code", "0"});
  auto const verified = [&] { return records.listed({"health", "list", "--state", "verified"}, "claims"); };
  CHECK(verified() == Ids{id});
  auto const before = records.mutations();
  CHECK(eventually([&] { return verified().empty(); }));
  CHECK(records.claim(id).at("state") == "stale");
  CHECK(records.mutations() == before);
  auto const summary = records.repository.ask({"health", "summary"});
  INFO(told(summary));
  CHECK(summary.data().at("by_state").at("stale") == 1);
  CHECK(records.findings().empty());
}

TEST_CASE("a name raises nobody: only proofs that come with the operator's token do, and only for that actor") {
  Records const records;
  auto const& repository = records.repository;
  auto const key = repository.scratch("operator.key");
  auto const word = repository.scratch("word");
  auto const token = repository.scratch("token");
  write_file(word, "a passphrase\n");
  Environment const alice{{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}};
  auto with_token = alice;
  with_token["DECAPOD_TRUST_TOKEN_FILE"] = token;
  auto const operate = [&](Arguments arguments) {
    arguments.insert(arguments.end(), {"--key", key, "--passphrase-file", word});
    repository.must(arguments);
  };
  operate({"policy", "operator-init", "--cost", "least"});
  operate({"policy", "trust", "alice", "--for-session", "s1", "--level", "verified", "--token-file", token});

  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(Records::id_in(
        repository.ask({"health", "claim", "main", "part " + std::to_string(i) + " works", "--surface", "ctest"},
                       alice),
        "claim"));
  }
  auto const prove = [&](Environment const& as) {
    for (auto const& id : ids) repository.must({"health", "prove", id, "--result", "pass", "--command", "ctest"}, as);
  };
  auto const level = [&](std::string const& actor) {
    auto const answer = repository.ask({"health", "autonomy", actor});
    INFO(told(answer));
    REQUIRE(answer.ok());
    return std::string(answer.data().at("standing").at("level").as_string());
  };
  prove(alice);
  CHECK(level("alice") == "basic");
  prove(with_token);
  CHECK(level("alice") == "verified");
  CHECK(level("bob") == "basic");
  // The token is alice's, and only in her session.
  auto stolen = with_token;
  stolen["DECAPOD_AGENT_ID"] = "bob";
  auto const last = [&] { return records.claim(ids[0]).at("proofs").at(0); };
  CHECK(last().at("vouched") == true);
  auto const theft = repository.ask({"health", "prove", ids[0], "--result", "pass", "--command", "ctest"}, stolen);
  CHECK((!theft.ok() || (last().at("actor") == "bob" && last().at("vouched") == false)));
  repository.must({"health", "prove", ids[0], "--result", "fail", "--surface", "ci", "--commit", "3f2a1c9"},
                  {{"DECAPOD_AGENT_ID", "bob"}});
  CHECK(level("alice") == "basic");
  CHECK(records.findings().empty());
}
