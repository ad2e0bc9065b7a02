// Every error code that `decapod capabilities` lists is provoked through a shell, or stands in a short list with the
// test program that proves it from inside.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "workers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace decapod::test;
namespace json = boost::json;

namespace {

// The last line that the script prints is the envelope, and its last command's exit status is what counts. $D is the
// binary, $SANDBOX the launcher that forbids sockets, $DB the store's file, $S the state directory; the functions of
// kPrelude are at hand.
struct Way {
  std::string code;
  std::string script;
};

constexpr char const* kPrelude = R"sh(
set -u
S=$PWD/.decapod/data DB=$PWD/.decapod/data/decapod.db
export DECAPOD_AGENT_ID=alice DECAPOD_SESSION_ID=s1
ask() { "$D" "$@" --json; }
quietly() { "$D" "$@" >/dev/null || echo "preparation failed: $*"; }
item() { printf '{"id":"%s","title":"%s","status":"open","priority":2,"issue_type":"task",' "$1" "$2"
         printf '"created_at":"2025-11-02T21:58:07Z"}\n'; }
items() { { item b-1 first; item b-2 second; } >items.jsonl; quietly todo import items.jsonl; }
# Until nobody leads, so that the file is nobody's.
alone() { local i; for i in $(seq 5000); do "$D" broker status --json | grep -q '"serving":false' &&
          flock -n "$S/leader.lock" true && return; sleep 0.02; done; echo "a broker is still there"; }
serve() { export DECAPOD_BROKER_IDLE_MS=200000; quietly todo stats; }
operate() { "$D" policy "$@" --key "$PWD/../operator.key" --passphrase-file "$PWD/../word" --json; }
# Those that the proposal so far leaves out, asking for nothing.
tiers() { local t; for t in low medium high critical; do grep -qF "[tiers.$t]" .decapod/policy.toml ||
          printf '[tiers.%s]\ntrust = "basic"\napproval = "never"\nproof = "asserted"\n' $t; done; }
# The operator's key is pinned, and the policy of standard input is in force.
govern() { echo secret >../word; { echo "format = 1"; cat; tiers; } >.decapod/policy.toml
           operate operator-init --cost least >/dev/null && operate activate >/dev/null || echo "preparation failed"; }
zone() { printf '[[zones]]\nname = "z"\nrisk = "low"\noperations = ["%s"]\n%s\n' "$1" "$2"; }
# Item b-1 with a unit that has to prove, by the command that follows, the gate "tests".
unit() { items; quietly workunit init b-1 --intent "it works"; quietly workunit plan b-1 tests -- "$@"
         quietly workunit start b-1; }
issue() { ask capsule issue --topic anything --task b-1 --scope "${1-docs}" "${@:2}"; }
commit() { git add -A && git -c user.name=t -c user.email=t@invalid commit -qm "${1-files}"; }
# Item b-1 is proved, verified, exported and committed, and the rest of a promotion is at hand: $C is its capsule.
proved() { mkdir -p docs; echo "The parser." >docs/a.md; commit; items; quietly workunit init b-1 --intent "it works"
           C=$(issue docs | sed -n 's/.*"id":"\(c-[0-9a-f]*\)".*/\1/p'); quietly workunit attach b-1 --capsule $C
           quietly workunit plan b-1 tests -- test -e docs/a.md; quietly workunit start b-1
           echo more >docs/b.md; commit; quietly workunit prove b-1 tests; quietly workunit claim b-1
           quietly workunit verify b-1; quietly workunit export b-1; commit record; }
documented() { { printf '[scopes]\ndocs = ["docs"]\n[tiers.low]\ncapsule_scopes = ["docs"]\ncapsule_limit = 8\n'
                 printf 'trust = "basic"\napproval = "never"\nproof = "asserted"\n'; } | govern; }
check() { ask promote check workunit b-1; }
broker() { "$D" broker status --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p'; }
)sh";

std::vector<Way> const& ways() {
  static std::vector<Way> const list = {
      {"USAGE", "ask todo list --no-such-option"},
      {"MARKER_UNCONFIRMED", "ask knowledge add a -b b -p event:7.7777"},
      {"PROMOTION_REQUIRED", "ask knowledge add a -b b -p cmd:true --grade procedural"},
      {"BAD_REQUEST", "ask todo add x --priority 9"},
      {"UNKNOWN_VERB", "ask todo fly"},
      {"TOO_LARGE", "{ head -c 9000000 /dev/zero | tr '\\0' x; echo; } | ask batch"},
      {"INPUT_UNREADABLE", "ask todo import nothing.jsonl"},
      {"NOT_FOUND", "ask todo show t-nothing"},
      {"AMBIGUOUS_ID", "items; ask todo show b-"},
      {"STORE_NOT_FOUND", "rm -rf .decapod; ask todo list"},
      {"REQUEST_NOT_FOUND", "ask broker result never-seen"},
      {"HELD", "items; quietly todo claim b-1; ask todo claim b-1 --actor bob --session s2"},
      {"STALE_TOKEN", "items; quietly todo claim b-1; ask todo done b-1 --token 7777"},
      {"NOT_HOLDER", "items; quietly todo claim b-1; ask todo done b-1 --actor bob --session s2"},
      {"REQUEST_ID_CONFLICT", "quietly todo add one --request-id r-1; ask todo add two --request-id r-1"},
      {"EXPIRED_REQUEST_ID",
       "quietly todo add one --request-id r-1; alone; sqlite3 $DB \"UPDATE ledger SET reply=NULL WHERE key='r-1'\";"
       "ask todo add one --request-id r-1"},
      {"BLOCKED", "items; quietly todo link b-1 blocks b-2; ask todo claim b-2"},
      {"BAD_TRANSITION", "items; ask todo reopen b-1"},
      {"LINK_CYCLE", "items; quietly todo link b-1 blocks b-2; ask todo link b-2 blocks b-1"},
      {"REFUSED", "items; ask todo link b-1 related b-1"},
      {"ALREADY_EXISTS",
       "items; quietly todo edit b-1 --title changed; ask todo import --on-conflict fail items.jsonl"},
      {"VALIDATION_FAILED", "ask validate --require-pin"},
      {"AUDIT_BROKEN",
       "quietly todo add one; alone; sqlite3 $DB \"UPDATE audit_mutation SET body = replace(body, 'alice', 'mallo')\";"
       "ask broker verify"},
      {"NOT_WRITABLE", "rm -rf .decapod/pins; ln -s /proc/self .decapod/pins; ask broker checkpoint --pin"},
      {"UNREACHABLE", "\"$SANDBOX\" codex \"$D\" broker status --json"},
      {"UNSAFE_DIRECTORY", "chmod 755 $S; ask todo list"},
      {"TIMEOUT", "serve; kill -STOP $(broker); ask todo list --timeout 300ms"},
      {"STORE_BEHIND", "ask todo list --min-seq 999 --timeout 2s"},
      {"CORRUPT",
       "quietly todo add one; alone; dd if=/dev/zero of=$DB bs=100 count=1 conv=notrunc status=none; ask todo list"},
      {"STORE_TOO_NEW", "quietly todo add one; alone; sqlite3 $DB 'PRAGMA user_version = 99'; ask todo list"},
      // A batch keeps its connection: the broker is stopped between two of its lines.
      {"OUTCOME_UNKNOWN",
       R"(serve; mkfifo lines; "$D" batch <lines >answers & exec 6>lines;)"
       R"( echo '{"op":"todo.add","args":{"title":"one"}}' >&6; until [[ -s answers ]]; do sleep 0.02; done;)"
       R"( kill -STOP $(broker); echo '{"op":"todo.add","args":{"title":"two"},"timeout_ms":2500}' >&6; exec 6>&-;)"
       R"( wait $!; s=$?; cat answers; exit $s)"},
      // Job control, because a shell without it makes what runs in the background deaf to the signal.
      {"INTERRUPTED",
       "serve; kill -STOP $(broker); set -m; $D todo add one --json &"
       " until find /proc/$!/fd -lname 'socket:*' 2>/dev/null | grep -q .; do sleep 0.02; done;"
       " exec 2>/dev/null; kill -INT $!; wait $!"},
      {"POLICY_REQUIRED",
       "items; quietly todo edit b-1 --add-label risk:high; ask todo edit b-1 --remove-label risk:high"},
      {"POLICY_INVALID", "echo 'format = 1\nnonsense = 1' >.decapod/policy.toml; ask policy check"},
      {"POLICY_DENIED", "zone todo.add 'trust = \"verified\"' | govern; ask todo add one"},
      {"APPROVAL_REQUIRED", "zone todo.add 'approval = \"required\"' | govern; ask todo add one"},
      {"SELF_APPROVAL",
       R"(govern </dev/null; operate approve todo.archive --params '{"id":"b-1"}' --to "$DECAPOD_AGENT_ID")"},
      {"SIGNATURE_INVALID",
       "govern </dev/null; operate operator-replace --new-key ../next.key --cost least >/dev/null; operate activate"},
      {"OPERATOR_UNKNOWN", "echo secret >../word; quietly policy init; operate activate"},
      {"PASSPHRASE_WRONG", "govern </dev/null; echo guessed >../word; operate activate"},
      {"CAPSULE_POLICY_MISSING", "items; quietly todo edit b-1 --add-label risk:high; issue"},
      {"CAPSULE_POLICY_INVALID",
       "items; govern </dev/null; alone; sqlite3 $DB \"UPDATE policy_activation SET document = ''\"; issue"},
      {"CAPSULE_SCOPE_DENIED", "items; issue secrets"},
      {"CAPSULE_LIMIT_DENIED", "items; issue docs --limit 1000"},
      {"CAPSULE_TIER_UNKNOWN", R"(items; sed 's/"status"/"labels":["risk:hihg"],&/' items.jsonl >again.jsonl;)"
                               "quietly todo import again.jsonl --on-conflict update; issue"},
      {"CAPSULE_WRITE_DENIED",
       R"(items; { printf '[scopes]\ndocs = ["docs"]\n[tiers.low]\ntrust = "basic"\napproval = "never"\n'
       printf 'proof = "asserted"\ncapsule_scopes = ["docs"]\ncapsule_limit = 8\n' ; } |)"
       "govern; issue docs --write"},
      {"CAPSULE_REVISION_UNRESOLVED", "items; git update-ref -d HEAD; issue"},
      {"TREE_UNKNOWN", "unit true; git update-ref -d HEAD; ask workunit claim b-1"},
      {"TREE_CHANGED", "unit touch new; ask workunit prove b-1 tests"},
      {"PROOF_MISMATCH", "unit true; ask workunit prove b-1 tests false"},
      {"PROOF_INSUFFICIENT", "unit true; quietly workunit claim b-1; ask workunit verify b-1"},
      {"PROOF_FAILED", "unit false; ask workunit prove b-1 tests"},
      {"PROMOTION_NOT_VERIFIED", "unit true; commit; check"},
      {"PROMOTION_WORKUNIT_MISMATCH", "proved; echo >>.decapod/workunits/b-1.json; check"},
      {"PROMOTION_TREE_MISMATCH", "proved; echo more >>docs/a.md; check"},
      {"PROMOTION_REVISION_MISMATCH", "proved; git checkout -q --orphan other; commit; check"},
      {"PROMOTION_POLICY_MISMATCH",
       "documented; proved; sed -i '1a name = \"other\"' .decapod/policy.toml; operate activate >/dev/null;"
       "git checkout -q .decapod/policy.toml; check"},
      {"PROMOTION_CAPSULE_MISSING",
       "unit true; quietly workunit prove b-1 tests; quietly workunit claim b-1; quietly workunit verify b-1;"
       "quietly workunit export b-1; commit; check"},
      {"PROMOTION_CAPSULE_MISMATCH", "proved; mkdir -p .decapod/capsules; echo >.decapod/capsules/$C.json; check"},
      {"PROMOTION_RISK_MISMATCH", "proved; quietly todo edit b-1 --add-label risk:high; check"},
      {"PROMOTION_KEY_MISMATCH", "documented; rm .decapod/operator.pub; proved; check"},
      {"PROMOTION_ALTERED",
       "proved; alone; sqlite3 $DB \"UPDATE ledger SET actor = 'alicf' WHERE operation = 'workunit.verify'\"; check"},
      {"PROMOTION_KNOWLEDGE_MISMATCH",
       "echo a >a.md; quietly knowledge add a -b b -p file:a.md; echo b >a.md; commit; ask promote check knowledge k-"},
      {"PROMOTION_UNSEALED",
       "zone knowledge.promote 'seal = \"required\"' | govern; commit; quietly knowledge add a -b b -p cmd:true;"
       "quietly promote record knowledge k-; ask promote verify p-"},
      {"POLICY_MISMATCH", "govern </dev/null; operate activate --hash $(printf '0%.0s' {1..64})"},
      // While the documents are listed, before the first of them is read.
      {"POLICY_MOVED",
       "documented; mkdir -p docs; echo anything >docs/a.md; commit; items; sed -i '1a name = \"other\"' "
       ".decapod/policy.toml;"
       "export -f operate; export D GIT=$(command -v git) HERE=$PWD; mkdir ../bin;"
       R"(printf '#!/bin/bash\nset -u\ncase "$*" in *ls-tree*) cd "$HERE" && operate activate >/dev/null;; esac\n)"
       R"(exec "$GIT" "$@"\n' >../bin/git; chmod +x ../bin/git; PATH=$PWD/../bin:$PATH issue docs --timeout 20s)"},
      {"BROKER_ROUTE_REQUIRED", "DECAPOD_GROUP_BROKER_DISABLE=1 ask todo add one"},
      {"PROMOTION_STALE",
       "documented; commit; proved; quietly promote record workunit b-1; rm docs/a.md; ask promote verify p-"},
  };
  return list;
}

// What no shell can bring about on any machine, and the test program that does.
std::map<std::string, std::string> const kProvedElsewhere = {
    {"INTERNAL", "storage: a fault of the program itself has no command line"},
    {"LOCK_UNRELIABLE", "election: needs a file system of another kind"},
    {"FOREIGN_PEER", "ipc: needs a second user"},
    {"DISK_FULL", "behaviour_failing_store: needs a file system that fills up"},
    {"BUSY", "broker: a client repeats it until its deadline"},
    {"OVER_BUDGET", "broker: no plain question meets it, however large the store is"},
    {"VERSION_SKEW", "ipc: needs another build"},
    {"STATEMENT_REPLAYED", "policy: the command signs anew each time"},
};

json::array listed_errors() {
  TempRepository const repository(TempRepository::Store::absent);
  auto const answer = repository.ask({"capabilities"});
  auto errors = answer.data().at("errors").as_array();
  REQUIRE(errors.size() > 30);
  return errors;
}

std::string text_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

void check_shape(json::object const& envelope, json::object const& row) {
  static std::set<std::string> const may = {"schema", "ok",     "op",    "line",   "request_id",
                                            "status", "marker", "error", "dry_run"};
  static std::set<std::string> const may_say = {"code", "message", "hint",        "retry",
                                                "exit", "details", "suggestions", "ask"};
  for (auto const& member : envelope) CHECK(may.contains(std::string(member.key())));
  CHECK(envelope.at("schema") == 1);
  CHECK(envelope.at("ok") == false);
  auto const& error = envelope.at("error").as_object();
  for (auto const& member : error) CHECK(may_say.contains(std::string(member.key())));
  CHECK(text_at(error, "code") == text_at(row, "code"));
  CHECK_FALSE(text_at(error, "message").empty());
  CHECK_FALSE(text_at(error, "hint").empty());
  CHECK(error.at("retry") == row.at("retry"));
  CHECK(error.at("exit") == row.at("exit"));
}

}  // namespace

TEST_CASE("every documented error can be had, with its exit status, its hint and its word on repeating") {
  auto const errors = listed_errors();
  for (auto const& way : ways()) {
    INFO(way.code << ": " << way.script);
    TempRepository const repository;
    auto const done = repository.shell(kPrelude + way.script, {{"SANDBOX", sandbox_launcher()}});
    INFO("exit " << done.status << ": " << done.output.substr(0, 2000) << done.error.substr(0, 2000));
    CHECK(done.output.find("preparation failed") == std::string::npos);
    auto const row =
        std::ranges::find_if(errors, [&](auto const& e) { return text_at(e.as_object(), "code") == way.code; });
    REQUIRE(row != errors.end());
    boost::system::error_code bad;
    auto const envelope = json::parse(last_line(done.output), bad);
    REQUIRE((!bad && envelope.is_object()));
    CHECK(done.error.empty());
    CHECK(done.status == row->at("exit").to_number<int>());
    check_shape(envelope.as_object(), row->as_object());
  }
}

TEST_CASE("a write whose outcome is not known, or that was interrupted, names how to ask for it") {
  for (auto const& way : ways()) {
    if (way.code != "OUTCOME_UNKNOWN" && way.code != "INTERRUPTED") continue;
    INFO(way.code);
    TempRepository const repository;
    auto const done = repository.shell(kPrelude + way.script, {{"SANDBOX", sandbox_launcher()}});
    INFO(done.output << done.error);
    auto const envelope = json::parse(last_line(done.output)).as_object();
    auto const id = text_at(envelope, "request_id");
    CHECK_FALSE(id.empty());
    CHECK(text_at(envelope.at("error").as_object(), "ask") == "decapod broker result " + id);
  }
}

TEST_CASE("every error code is provoked here or proved by another program, and none by both") {
  for (auto const& error : listed_errors()) {
    auto const code = text_at(error.as_object(), "code");
    INFO(code);
    bool const provoked = std::ranges::count(ways(), code, &Way::code) > 0;
    CHECK(provoked != kProvedElsewhere.contains(code));
  }
}

TEST_CASE("a question to the trail about what there never was is refused with what was meant") {
  TempRepository const repository;
  repository.must({"todo", "add", "an item"});
  for (auto const& [option, wrong, meant, unused] : {std::array{"--operation", "todo.ad", "todo.add", "todo.done"},
                                                     std::array{"--subsystem", "tod", "todo", "capsule"}}) {
    auto const answer = repository.ask({"broker", "audit", option, wrong});
    INFO(told(answer));
    CHECK(answer.error_code() == "BAD_REQUEST");
    auto const& suggestions = answer.envelope.at("error").at("suggestions").as_array();
    CHECK(std::ranges::find(suggestions, json::value(meant)) != suggestions.end());
    CHECK(repository.ask({"broker", "audit", option, unused}).ok());
  }
}
