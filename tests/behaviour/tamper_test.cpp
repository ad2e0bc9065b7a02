// What the trail proves when somebody changes the store behind the broker's back, with the sqlite3 program and a text
// editor; and what it answers when nobody did.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <thread>

using namespace decapod::test;
namespace json = boost::json;

namespace {

constexpr int kRecords = 9;

std::string text_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

// A store with kRecords mutations, of which alice made the odd ones and bob the even ones.
class History {
 public:
  History() {
    repository_.set_idle(Milliseconds(1));
    for (int i = 1; i <= kRecords; ++i) add(i);
    settle();
  }

  TempRepository const& repository() const { return repository_; }

  void settle() const {
    if (!repository_.falls_quiet()) throw std::runtime_error("a broker is still there");
  }

  // With nobody else at the file.
  void sql(std::string const& script) const {
    settle();
    shell("sqlite3 -batch -bail .decapod/data/decapod.db \"" + script + '"');
  }

  void shell(std::string const& script) const {
    settle();
    auto const done = repository_.shell(script);
    if (done.status != 0) throw std::runtime_error(script + ": " + done.output + done.error);
  }

  std::string id_of(int number) const { return ids_.at(static_cast<std::size_t>(number - 1)); }

 private:
  void add(int number) {
    auto const answer = repository_.ask({"todo", "add", "item " + std::to_string(number)},
                                        {{"DECAPOD_AGENT_ID", number % 2 == 1 ? "alice" : "bob"}});
    if (!answer.ok()) throw std::runtime_error(told(answer));
    ids_.push_back(text_at(answer.data().at("item").as_object(), "id"));
  }

  TempRepository repository_;
  std::vector<std::string> ids_;
};

struct Breach {
  std::string chain;
  std::string kind;
  int sequence = 0;
  friend bool operator==(Breach const&, Breach const&) = default;
  friend std::ostream& operator<<(std::ostream& out, Breach const& breach) {
    return out << breach.chain << ' ' << breach.kind << ' ' << breach.sequence;
  }
};

// What `broker verify` names, which must be an AUDIT_BROKEN with exit status 6.
Breach verified(History const& history) {
  auto const answer = history.repository().ask({"broker", "verify"});
  INFO(told(answer));
  CHECK(answer.process.status == 6);
  REQUIRE(answer.error_code() == "AUDIT_BROKEN");
  auto const details = answer.envelope.at("error").at("details").as_object();
  return {text_at(details, "chain"), text_at(details, "kind"), details.at("sequence").to_number<int>()};
}

void check_validate_fails(History const& history) {
  auto const answer = history.repository().ask({"validate", "--store", "repo"});
  INFO(told(answer));
  CHECK(answer.process.status == 6);
  CHECK(answer.error_code() == "VALIDATION_FAILED");
}

// "CODE where" of each finding of a gate, of a validate that must fail.
std::vector<std::string> findings(History const& history, std::string_view gate) {
  auto const answer = history.repository().ask({"validate", "--store", "repo"});
  INFO(told(answer));
  CHECK(answer.process.status == 6);
  REQUIRE(answer.error_code() == "VALIDATION_FAILED");
  std::vector<std::string> found;
  for (auto const& report : answer.envelope.at("error").at("details").at("gates").as_array()) {
    if (report.at("gate").as_string() != gate) continue;
    for (auto const& finding : report.at("findings").as_array()) {
      found.push_back(text_at(finding.as_object(), "code") + ' ' + text_at(finding.as_object(), "where"));
    }
  }
  return found;
}

std::vector<int> sequences(History const& history, Arguments arguments) {
  arguments.insert(arguments.begin(), {"broker", "audit"});
  auto const answer = history.repository().ask(arguments);
  INFO(told(answer));
  REQUIRE(answer.ok());
  std::vector<int> found;
  for (auto const& record : answer.data().at("records").as_array()) found.push_back(record.at("seq").to_number<int>());
  return found;
}

}  // namespace

TEST_CASE("an untouched store passes, with as many records as there were writes") {
  History const history;
  auto const answer = history.repository().ask({"broker", "verify"});
  INFO(told(answer));
  REQUIRE(answer.ok());
  CHECK(answer.data().at("chains").at(0).at("size") == kRecords);
  history.settle();
  auto const exported = read_file(history.repository().state() + "/audit/mutations.jsonl");
  CHECK(std::ranges::count(exported, '\n') == kRecords);
  CHECK(history.repository().ask({"validate", "--store", "repo"}).process.status == 0);
}

TEST_CASE("one changed byte of any record is named by its sequence number") {
  auto const sequence = GENERATE(1, kRecords / 2, kRecords);
  auto const column = GENERATE(as<std::string>{}, "first", "middle", "last", "hash");
  History const history;
  auto const at = std::to_string(sequence);
  INFO("record " << sequence << ", " << column);
  std::string const place = column == "first" ? "1" : column == "middle" ? "length(body) / 2" : "length(body)";
  // '~' never stands in a record.
  auto const change = column == "hash"
                          ? "hash = CAST(substr(hash, 1, 31) ||"
                            " iif(substr(hash, 32) = x'00', x'01', x'00') AS BLOB)"
                          : "body = substr(body, 1, " + place + " - 1) || '~' || substr(body, " + place + " + 1)";
  history.sql("UPDATE audit_mutation SET " + change + " WHERE sequence = " + at);
  CHECK(verified(history) == Breach{"mutations", "altered", sequence});
  check_validate_fails(history);
}

TEST_CASE("a removed record is missed at its place") {
  auto const sequence = GENERATE(1, kRecords / 2);
  History const history;
  history.sql("DELETE FROM audit_mutation WHERE sequence = " + std::to_string(sequence));
  CHECK(verified(history) == Breach{"mutations", "missing", sequence});
  check_validate_fails(history);
}

TEST_CASE("two records that changed places are named by the first of them") {
  History const history;
  history.sql(
      "UPDATE audit_mutation SET sequence = -3 WHERE sequence = 3;"
      "UPDATE audit_mutation SET sequence = 3 WHERE sequence = 6;"
      "UPDATE audit_mutation SET sequence = 6 WHERE sequence = -3");
  CHECK(verified(history) == Breach{"mutations", "altered", 3});
  check_validate_fails(history);
}

TEST_CASE("a tail that is cut without a trace shows against the pinned checkpoint") {
  History const history;
  history.repository().must({"broker", "checkpoint", "--pin"});
  auto const left = std::to_string(kRecords - 2);
  // Everything that follows, in every table and in the exported copy.
  history.sql("DELETE FROM audit_mutation WHERE sequence > " + left + ";DELETE FROM audit_index WHERE sequence > " +
              left + ";DELETE FROM ledger WHERE commit_seq > " + left);
  history.shell("cd .decapod/data/audit && head -n " + left +
                " mutations.jsonl >cut && cat cut >mutations.jsonl && rm cut");
  CHECK(verified(history) == Breach{"mutations", "truncated", kRecords - 1});
  check_validate_fails(history);
}

TEST_CASE("a changed line of the exported copy is named, although the store itself is whole") {
  History const history;
  // More than are compared at a time.
  history.shell(R"(for i in $(seq 150); do echo '{"op":"todo.add","args":{"title":"item"}}'; done | $D batch)");
  REQUIRE(history.repository().ask({"broker", "verify"}).ok());
  for (int const line : {kRecords + 150, 129, 128, 65, 64, kRecords / 2, 1}) {
    INFO("line " << line);
    history.shell("sed -i '" + std::to_string(line) + "s/todo.add/todo.aid/' .decapod/data/audit/mutations.jsonl");
    CHECK(verified(history) == Breach{"mutations", "altered", line});
  }
}

TEST_CASE("what was done to the tables beside the trail is named, although both chains hold") {
  auto const [change, gate, finding] = GENERATE(table<std::string, std::string, std::string>({
      {"UPDATE ledger SET digest = zeroblob(32) WHERE commit_seq = 4", "broker.ledger", "LEDGER_DISAGREES mutations:4"},
      {"UPDATE ledger SET reply = replace(reply, 'item 4', 'item 5') WHERE commit_seq = 4", "broker.ledger",
       "LEDGER_DISAGREES mutations:4"},
      {"UPDATE ledger SET actor = 'mallory' WHERE commit_seq = 4", "broker.ledger", "LEDGER_DISAGREES mutations:4"},
      {"DELETE FROM ledger WHERE commit_seq = 4", "broker.ledger", "LEDGER_DISAGREES mutations:4"},
      {"UPDATE meta SET value = 0 WHERE name = 'epoch'", "broker.epoch", "EPOCH_BEHIND meta"},
      {"PRAGMA ignore_check_constraints = ON; UPDATE todo_item SET priority = 77 WHERE number = 4", "broker.integrity",
       "DATABASE_DAMAGED "},
      {"UPDATE meta SET value = 5 WHERE name = 'generation'", "broker.generation", "GENERATION_WRONG meta"},
      {"DELETE FROM todo_counter WHERE name = 'id'", "todo.counters", "TODO_COUNTER_WRONG "},
      {"INSERT INTO todo_tally VALUES ('done', 'gate', 0, 0, 0, 7)", "todo.tally", "TODO_TALLY_WRONG "},
      {"UPDATE todo_item SET type = 'gift' WHERE number = 4", "todo.values", "TODO_VALUE_UNKNOWN "},
      {"UPDATE todo_counter SET value = 1000 WHERE name = 'indexed-item'", "todo.counters", "TODO_COUNTER_WRONG "},
      {"DELETE FROM audit_index WHERE term LIKE 'key:%' AND sequence = 4", "broker.audit-index",
       "AUDIT_INDEX_WRONG mutations:4"},
      {"CREATE TRIGGER spy AFTER INSERT ON ledger BEGIN DELETE FROM todo_item; END", "broker.schema",
       "SCHEMA_ALTERED spy"},
      {"CREATE VIEW peep AS SELECT * FROM ledger", "broker.schema", "SCHEMA_ALTERED peep"},
      {"DROP INDEX todo_item_ready", "broker.schema", "SCHEMA_ALTERED todo_item_ready"},
      {"ALTER TABLE todo_item ADD COLUMN price INTEGER", "broker.schema", "SCHEMA_ALTERED todo_item"},
      {"DROP TABLE todo_link", "broker.schema", "SCHEMA_ALTERED todo_link"},
  }));
  History const history;
  history.sql(change);
  CAPTURE(change);
  auto const found = findings(history, gate);
  CHECK(std::ranges::count(found, finding) == 1);
  if (gate == "broker.schema") return;
  CHECK(found.size() == 1);
  CHECK(history.repository().ask({"broker", "verify"}).ok());
}

TEST_CASE("who holds or finished an item is held against the trail") {
  History const history;
  auto const& repository = history.repository();
  Environment const alice{{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}};
  for (int const number : {1, 2, 3, 4}) repository.must({"todo", "claim", history.id_of(number)}, alice);
  repository.must({"todo", "done", history.id_of(2)}, alice);
  repository.must({"todo", "handoff", history.id_of(3), "--to", "bob", "--summary", "half of it"}, alice);
  repository.must({"todo", "edit", history.id_of(4), "--add-label", "docs"});
  repository.must({"todo", "comment", history.id_of(4), "approved"});
  repository.must({"todo", "release", history.id_of(4)}, alice);
  history.settle();
  auto const whole = repository.ask({"validate", "--store", "repo"});
  INFO(told(whole));
  REQUIRE(whole.ok());
  auto const [number, change] = GENERATE(table<int, std::string>({
      {1, "UPDATE todo_item SET holder = 'mallory' WHERE number = 1"},
      {1, "UPDATE todo_item SET session = 'm' WHERE number = 1"},
      {1, "UPDATE todo_item SET token = 50 WHERE number = 1; UPDATE todo_counter SET value = 50 WHERE name = 'token'"},
      {1,
       "UPDATE todo_item SET status = 'open', holder = NULL, session = NULL, claimed_at = NULL, lease_boot_id = NULL,"
       " lease_boot_ms = NULL, lease_wall_ms = NULL WHERE number = 1"},
      {2, "UPDATE todo_item SET done_by = 'mallory' WHERE number = 2"},
      {2, "UPDATE todo_item SET status = 'archived' WHERE number = 2"},
      {3, "UPDATE todo_item SET holder = 'mallory' WHERE number = 3"},
      {3, "UPDATE todo_item SET session = 'm' WHERE number = 3"},
      {4, "UPDATE todo_item SET status = 'done', live = 0 WHERE number = 4"},
  }));
  CAPTURE(change);
  history.sql(change);
  auto const found = findings(history, "todo.standing");
  CHECK(std::ranges::count(found, "TODO_STANDING_DISAGREES todo/item/" + history.id_of(number)) >= 1);
}

TEST_CASE("a label or a comment that was changed beside search is named") {
  History const history;
  // What is long is indexed at once.
  std::string const text(2000, 'x');
  history.repository().must({"todo", "edit", history.id_of(4), "--add-label", "docs", "--description", text});
  history.repository().must({"todo", "comment", history.id_of(4), "approved " + text});
  auto const change = GENERATE(as<std::string>{}, "DELETE FROM todo_label", "UPDATE todo_label SET label = 'other'",
                               "UPDATE todo_comment SET body = 'rejected'");
  CAPTURE(change);
  history.sql(change);
  CHECK(findings(history, "todo.search") ==
        std::vector<std::string>{"TODO_SEARCH_STALE todo/item/" + history.id_of(4)});
}

TEST_CASE("without its counter no item is given out, and the store is called corrupt") {
  History const history;
  history.sql("DELETE FROM todo_counter WHERE name = 'token'");
  auto const answer = history.repository().ask({"todo", "next", "--claim"});
  INFO(told(answer));
  CHECK(answer.error_code() == "CORRUPT");
  CHECK(answer.process.status == 9);
}

TEST_CASE("an epoch that no leader writes makes the store corrupt for every command") {
  History const history;
  auto const value = GENERATE(as<std::string>{}, "-1", "9223372036854775807", "'x'");
  history.sql("UPDATE meta SET value = " + value + " WHERE name = 'epoch'");
  for (Arguments const& asked : {Arguments{"todo", "list"}, Arguments{"todo", "add", "x"}, Arguments{"validate"}}) {
    auto const answer = history.repository().ask(asked);
    INFO(told(answer));
    CHECK(answer.error_code() == "CORRUPT");
    CHECK(answer.process.status == 9);
  }
}

TEST_CASE("an item that was made and is gone is named with what made it") {
  History const history;
  auto const id = history.id_of(4);
  history.sql("DELETE FROM todo_item WHERE id = '" + id + "'");
  CHECK(findings(history, "todo.recorded") == std::vector<std::string>{"TODO_ITEM_LOST todo/item/" + id});
}

TEST_CASE("an edited reply of a remembered refusal is named by its record") {
  History const history;
  auto const refused = history.repository().ask({"todo", "reopen", history.id_of(1), "--request-id", "no"});
  REQUIRE(refused.error_code() == "BAD_TRANSITION");
  history.sql("UPDATE ledger SET reply = replace(reply, 'NOT_COMMITTED', 'COMMITTED') WHERE key = 'no'");
  auto const found = findings(history, "broker.ledger");
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Catch::StartsWith("LEDGER_DISAGREES reads:"));
}

TEST_CASE("a planted trigger does nothing, and an epoch that was set back is mended by the next write and recorded") {
  History const history;
  history.sql(
      "CREATE TRIGGER spy AFTER INSERT ON ledger BEGIN DELETE FROM audit_index; END;"
      "UPDATE meta SET value = 0 WHERE name = 'epoch'");
  auto const added = history.repository().ask({"todo", "add", "one more"});
  INFO(told(added));
  REQUIRE(added.ok());
  CHECK(sequences(history, {"--subsystem", "todo"}).size() == kRecords + 1);
  CHECK(findings(history, "broker.epoch").empty());
  auto const reads = history.repository().ask({"broker", "audit", "--chain", "reads", "--operation", "broker.epoch"});
  INFO(told(reads));
  REQUIRE(reads.ok());
  CHECK(reads.data().at("records").as_array().size() >= 1);
}

TEST_CASE("whichever table is gone, no command calls it its own fault") {
  History const history;
  history.shell("cp -r .decapod/data whole");
  auto const tables = history.repository().shell(
      "sqlite3 .decapod/data/decapod.db \"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
      "'sqlite_%' ORDER BY name\"");
  REQUIRE(std::ranges::count(tables.output, '\n') > 10);
  std::istringstream names(tables.output);
  for (std::string table; std::getline(names, table);) {
    INFO(table);
    history.settle();
    history.shell("rm -rf .decapod/data && cp -r whole .decapod/data");
    history.sql("DROP TABLE " + table);
    for (Arguments const& asked :
         {Arguments{"todo", "list"}, Arguments{"todo", "search", "item"}, Arguments{"todo", "show", history.id_of(1)},
          Arguments{"todo", "add", "x"}, Arguments{"broker", "verify"}, Arguments{"broker", "result", "x"}}) {
      auto const answer = history.repository().ask(asked);
      INFO(told(answer));
      bool const touched = !answer.ok() && answer.error_code() != "REQUEST_NOT_FOUND";
      if (touched) CHECK(answer.error_code() == "CORRUPT");
      if (touched) CHECK(answer.process.status == 9);
    }
    auto const judged = history.repository().ask({"validate"});
    INFO(told(judged));
    CHECK((judged.error_code() == "VALIDATION_FAILED" || judged.error_code() == "CORRUPT"));
    CHECK(judged.process.output.find(table) != std::string::npos);
    CHECK(judged.process.output.find("\"INTERNAL\"") == std::string::npos);
  }
}

TEST_CASE("the trail answers who did what to which item, and when") {
  History const history;
  auto const& repository = history.repository();
  CHECK(sequences(history, {"--actor", "alice"}) == std::vector<int>{9, 7, 5, 3, 1});
  CHECK(sequences(history, {"--actor", "bob"}) == std::vector<int>{8, 6, 4, 2});
  CHECK(sequences(history, {"--actor", "nobody"}).empty());
  CHECK(sequences(history, {"--subsystem", "todo"}).size() == kRecords);
  CHECK(sequences(history, {"--subsystem", "broker"}).empty());

  std::this_thread::sleep_for(Milliseconds(5));
  auto const now = repository.shell("date -u +%Y-%m-%dT%H:%M:%S.%3NZ").output;
  auto const since = now.substr(0, now.size() - 1);
  CHECK(sequences(history, {"--since", since}).empty());
  repository.must({"todo", "comment", history.id_of(4), "a remark"}, {{"DECAPOD_AGENT_ID", "carol"}});
  CHECK(sequences(history, {"--since", since}) == std::vector<int>{10});
  CHECK(sequences(history, {"--item", history.id_of(4)}) == std::vector<int>{10, 4});
  CHECK(sequences(history, {"--item", history.id_of(4), "--actor", "carol"}) == std::vector<int>{10});
  CHECK(sequences(history, {"--operation", "todo.comment"}) == std::vector<int>{10});
}

TEST_CASE("the result of a request id is what was committed, what was refused, or that it was never seen") {
  TempRepository const repository;
  auto const added = repository.ask({"todo", "add", "one", "--request-id", "good"});
  REQUIRE(added.ok());
  auto const id = text_at(added.data().at("item").as_object(), "id");
  CHECK(repository.ask({"todo", "reopen", id, "--request-id", "bad"}).error_code() == "BAD_TRANSITION");

  auto const committed = repository.ask({"broker", "result", "good"}).data();
  CHECK(text_at(committed, "status") == "COMMITTED");
  CHECK(text_at(committed, "marker") == added.marker());
  CHECK(text_at(committed, "operation") == "todo.add");
  CHECK(committed.at("reply").at("data") == json::value(added.data()));
  auto const refused = repository.ask({"broker", "result", "bad"}).data();
  CHECK(text_at(refused, "status") == "NOT_COMMITTED");
  CHECK_FALSE(refused.contains("marker"));
  auto const unknown = repository.ask({"broker", "result", "never"});
  CHECK(unknown.process.status == 3);
  CHECK(unknown.error_code() == "REQUEST_NOT_FOUND");
}
