#include "verb_script.h"

namespace decapod::test {
namespace {

std::string foreign(std::string const& id, std::string const& title, std::string const& rest) {
  return R"({"id":")" + id + R"(","title":")" + title + R"(","created_at":"2025-11-02T21:58:0)" + id.back() + "Z\"," +
         rest + "}\n";
}

// Another tracker's backlog, with something that has to be mapped.
std::string backlog() {
  return foreign("b-1", "first", R"("status":"open","priority":0,"issue_type":"molecule")") +
         foreign("b-2", "second", R"("status":"open","priority":1,"issue_type":"task")") +
         foreign("b-3", "third",
                 R"("status":"open","priority":2,"issue_type":"bug",)"
                 R"("dependencies":[{"issue_id":"b-3","depends_on_id":"b-2","type":"blocks"}])") +
         foreign("b-4", "fourth", R"("status":"closed","priority":4,"issue_type":"task")");
}

}  // namespace

std::vector<ScriptLine> const& verb_script() {
  static std::vector<ScriptLine> const script = {
      {"todo.import", {"todo", "import", "-"}, backlog()},
      {"todo.import", {"todo", "import", "-"}, backlog()},
      {"todo.import", {"todo", "import", "$REPO/nothing.jsonl"}, ""},
      {"todo.import", {"todo", "import", "-"}, "not json\n"},
      {"todo.show", {"todo", "show", "b-3"}, ""},
      {"capsule.issue", {"capsule", "issue", "--topic", "anything", "--scope", "docs", "--task", "b-2"}, ""},
      {"capsule.issue", {"capsule", "issue", "--topic", "anything", "--scope", "docs", "--task", "b-2"}, ""},
      {"capsule.issue", {"capsule", "issue", "--topic", "anything", "--scope", "secrets", "--task", "b-2"}, ""},
      {"capsule.issue", {"capsule", "issue", "--topic", "anything", "--scope", "docs", "--task", "b-nothing"}, ""},
      {"capsule.show", {"capsule", "show", "c-"}, ""},
      {"capsule.show", {"capsule", "show", "c-nothing"}, ""},
      {"capsule.list", {"capsule", "list"}, ""},
      {"capsule.verify", {"capsule", "verify", "c-"}, ""},
      {"todo.show", {"todo", "show", "b-nothing"}, ""},
      {"todo.show", {"todo", "show", "b-"}, ""},
      {"todo.list", {"todo", "list"}, ""},
      {"todo.list", {"todo", "list", "--limit", "1"}, ""},
      {"todo.list", {"todo", "list", "--all", "--sort", "created"}, ""},
      {"todo.ready", {"todo", "ready"}, ""},
      {"todo.search", {"todo", "search", "fou"}, ""},
      {"todo.edit", {"todo", "edit", "b-2", "--title", "second, changed", "--add-label", "late"}, ""},
      {"todo.edit", {"todo", "edit", "b-2"}, ""},
      {"todo.link", {"todo", "link", "b-1", "related", "b-2"}, ""},
      {"todo.link", {"todo", "link", "b-3", "blocks", "b-2"}, ""},
      {"todo.unlink", {"todo", "unlink", "b-1", "related", "b-2"}, ""},
      {"todo.comment", {"todo", "comment", "b-1", "a remark"}, ""},
      {"todo.claim", {"todo", "claim", "b-3"}, ""},
      {"todo.claim", {"todo", "claim", "b-1", "--lease", "1h"}, ""},
      {"todo.claim", {"todo", "claim", "b-1", "--lease", "1h"}, ""},
      {"todo.claim", {"todo", "claim", "b-1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.claim", {"todo", "claim", "b-1", "--session", "s3"}, ""},
      {"todo.renew", {"todo", "renew", "b-1"}, ""},
      {"todo.renew", {"todo", "renew", "b-1", "--session", "s3"}, ""},
      {"todo.handoff", {"todo", "handoff", "b-1", "--to", "bob", "--summary", "half done"}, ""},
      {"todo.claim", {"todo", "claim", "b-1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.release", {"todo", "release", "b-1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.next", {"todo", "next"}, ""},
      {"todo.next", {"todo", "next", "--claim"}, ""},
      {"todo.done", {"todo", "done", "b-1", "--token", "7777", "--session", "s3"}, ""},
      {"todo.done", {"todo", "done", "b-1", "--reason", "it works"}, ""},
      {"todo.done", {"todo", "done", "b-1"}, ""},
      {"todo.reopen", {"todo", "reopen", "b-1", "--reason", "it does not"}, ""},
      {"todo.archive", {"todo", "archive", "b-4"}, ""},
      {"todo.reclaim", {"todo", "reclaim", "--expired"}, ""},
      {"todo.history", {"todo", "history", "b-1"}, ""},
      {"todo.stats", {"todo", "stats"}, ""},
      {"todo.export", {"todo", "export"}, ""},
      // Ids are made by chance, but "k-" names an entry while there is one.
      {"knowledge.add", {"knowledge", "add", "a", "-b", "-", "-p", "file:.decapod/.gitignore#L1"}, "a long story\n"},
      {"knowledge.add", {"knowledge", "add", "a", "-b", "b", "-p", "file:/etc/passwd"}, ""},
      {"knowledge.add", {"knowledge", "add", "a", "-b", "b", "-p", "hearsay"}, ""},
      {"knowledge.add", {"knowledge", "add", "a", "-b", "b", "-p", "event:7.7777"}, ""},
      {"knowledge.add", {"knowledge", "add", "a", "-b", "b", "-p", "cmd:true", "--grade", "procedural"}, ""},
      {"knowledge.supersede", {"knowledge", "supersede", "k-", "--by", "k-"}, ""},
      {"knowledge.expire", {"knowledge", "expire", "k-", "--reason", "it goes", "--at", "2099-01-01"}, ""},
      {"knowledge.expire", {"knowledge", "expire", "k-", "--reason", "it went", "--at", "1999-01-01"}, ""},
      {"knowledge.show", {"knowledge", "show", "k-"}, ""},
      {"knowledge.show", {"knowledge", "show", "k-nothing"}, ""},
      {"knowledge.list", {"knowledge", "list"}, ""},
      {"knowledge.search", {"knowledge", "search", "long sto"}, ""},
      {"knowledge.verify", {"knowledge", "verify"}, ""},
      {"knowledge.expire", {"knowledge", "expire", "k-", "--reason", "it is gone"}, ""},
      {"knowledge.expire", {"knowledge", "expire", "k-", "--reason", "it is gone"}, ""},
      {"health.claim", {"health", "claim", "main", "tests pass", "--surface", "ctest"}, ""},
      {"health.claim", {"health", "claim", "main", "tests pass", "--surface", "ctest"}, ""},
      {"health.show", {"health", "show", "h-"}, ""},
      {"health.prove", {"health", "prove", "h-", "--result", "pass", "--command", "ctest", "--exit-code", "0"}, ""},
      {"health.prove", {"health", "prove", "h-", "--result", "pass", "--command", "ctest", "--exit-code", "1"}, ""},
      {"health.prove", {"health", "prove", "h-", "--result", "fail"}, ""},
      {"health.prove",
       {"health", "prove", "h-", "--result", "fail", "--surface", "ci", "--commit", "3f2a1c9", "--actor", "bob"},
       ""},
      {"health.show", {"health", "show", "h-"}, ""},
      {"health.show", {"health", "show", "h-nothing"}, ""},
      {"health.list", {"health", "list", "--state", "contradicted"}, ""},
      {"health.autonomy", {"health", "autonomy"}, ""},
      {"health.summary", {"health", "summary"}, ""},
      {"health.retract", {"health", "retract", "h-", "--reason", "no", "--actor", "bob"}, ""},
      {"health.retract", {"health", "retract", "h-", "--reason", "out of date"}, ""},
      {"health.retract", {"health", "retract", "h-", "--reason", "out of date"}, ""},
      {"broker.audit", {"broker", "audit", "--limit", "100"}, ""},
      {"broker.audit", {"broker", "audit", "--actor", "bob"}, ""},
      {"broker.verify", {"broker", "verify"}, ""},
      {"broker.checkpoint", {"broker", "checkpoint"}, ""},
      {"broker.result", {"broker", "result", "no-such-request"}, ""},
      {"todo.add", {"todo", "add", "added", "--priority", "0", "--label", "docs", "--blocked-by", "b-3"}, ""},
      {"todo.add", {"todo", "add", "from a pipe", "--description", "-"}, "a long story\n"},
      {"todo.add", {"todo", "add", "never", "--dry-run"}, ""},
      {"todo.add", {"todo", "add"}, ""},
      {"todo.add", {"todo", "add", "bad", "--priority", "9"}, ""},
      {"todo.add", {"todo", "add", "bad", "--prioritty", "1"}, ""},
      {"todo.add", {"todo", "add", "named", "--request-id", "named-1"}, ""},
      {"todo.add", {"todo", "add", "named", "--request-id", "named-1"}, ""},
      {"todo.add", {"todo", "add", "other", "--request-id", "named-1"}, ""},
      {"broker.result", {"broker", "result", "named-1"}, ""},
      {"workunit.init", {"workunit", "init", "b-2", "--intent", "second works"}, ""},
      {"workunit.init", {"workunit", "init", "b-2", "--intent", "second works"}, ""},
      {"workunit.attach", {"workunit", "attach", "b-2", "--capsule", "c-0123456789abcdef"}, ""},
      {"workunit.attach", {"workunit", "attach", "b-2", "--spec", "nothing.md"}, ""},
      {"workunit.plan", {"workunit", "plan", "b-2", "tests", "true"}, ""},
      {"workunit.plan", {"workunit", "plan", "b-2", "lint", "false"}, ""},
      {"workunit.start", {"workunit", "start", "b-2"}, ""},
      {"workunit.prove", {"workunit", "prove", "b-2", "tests"}, ""},
      {"workunit.prove", {"workunit", "prove", "b-2", "lint"}, ""},
      {"workunit.prove", {"workunit", "prove", "b-2", "lint", "true"}, ""},
      {"workunit.prove", {"workunit", "prove", "b-2", "tests", "--dry-run"}, ""},
      {"workunit.assert", {"workunit", "assert", "b-2", "lint", "--result", "passed", "--note", "it looked well"}, ""},
      {"workunit.claim", {"workunit", "claim", "b-2"}, ""},
      {"workunit.verify", {"workunit", "verify", "b-2"}, ""},
      {"workunit.reproduce", {"workunit", "reproduce", "b-2", "tests"}, ""},
      {"workunit.reopen", {"workunit", "reopen", "b-2", "--reason", "lint fails"}, ""},
      {"workunit.revise", {"workunit", "revise", "b-2", "--reason", "no lint"}, ""},
      {"workunit.status", {"workunit", "status", "b-2"}, ""},
      {"workunit.show", {"workunit", "show", "b-2"}, ""},
      {"workunit.list", {"workunit", "list"}, ""},
      {"workunit.export", {"workunit", "export", "b-2"}, ""},
      {"promote.check", {"promote", "check", "workunit", "b-2"}, ""},
      {"promote.check", {"promote", "check", "release", "b-2"}, ""},
      {"promote.check", {"promote", "check", "workunit", "b-nothing"}, ""},
      {"promote.record", {"promote", "record", "workunit", "b-2"}, ""},
      {"promote.list", {"promote", "list"}, ""},
      {"promote.show", {"promote", "show", "p-nothing"}, ""},
      {"promote.export", {"promote", "export", "p-nothing"}, ""},
      {"promote.verify", {"promote", "verify", "p-nothing"}, ""},
      {"promote.seal", {"promote", "seal", "p-nothing"}, ""},
      {"broker.audit", {"broker", "audit", "--lineage", "p-nothing"}, ""},
      {"policy.show", {"policy", "show"}, ""},
      {"policy.eval", {"policy", "eval", "--path", "docs/a.md"}, ""},
      {"policy.eval", {"policy", "eval", "todo.archive", "--params", R"({"id":"b-4"})"}, ""},
      {"policy.eval", {"policy", "eval", "todo.nothing"}, ""},
      {"policy.list", {"policy", "list"}, ""},
      {"todo.edit", {"todo", "edit", "b-2", "--add-label", "risk:high"}, ""},
      {"todo.edit", {"todo", "edit", "b-2", "--remove-label", "risk:high"}, ""},
      {"validate", {"validate", "--store", "repo"}, ""},
      {"broker.snapshot", {"broker", "snapshot", "$REPO/../snapshot.db"}, ""},
      {"broker.snapshot", {"broker", "snapshot", "$REPO/../snapshot.db"}, ""},
      {"init", {"init"}, ""},
      {"", {"todo", "ad"}, ""},
      {"", {"tood", "list"}, ""},
  };
  return script;
}

std::vector<std::string> const& verbs_without_parity() {
  static std::vector<std::string> const exempt = {
      "broker.status",  // says who serves
      "doctor",         // says which mode a command would use
      "where",
      "version",
      "help",
      "schema",  // never go near the lock
      "capabilities",
      "completion",
      "batch",
      "broker.restore",  // always led by the command itself
      // What is signed has a time in it; tests/behaviour/policy_test.cpp has them.
      "policy.init",
      "policy.check",
      "policy.operator-init",
      "policy.operator-replace",
      "policy.activate",
      "policy.approve",
      "policy.revoke",
      "policy.trust",
  };
  return exempt;
}

}  // namespace decapod::test
