#include "verb_script.h"

namespace decapod::test {
namespace {

// Another tracker's backlog, with everything that has to be mapped.
constexpr char const* kForeign =
    R"({"id":"bd-1","title":"imported","status":"closed","priority":1,"issue_type":"bug","created_at":"2025-11-02T21:58:07Z","updated_at":"2025-11-03T20:56:22Z","closed_at":"2025-11-03T20:56:22Z","created_by":"actor-01","dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks","created_at":"2025-11-02T22:23:49Z","created_by":"actor-01"}]})"
    "\n"
    R"({"id":"bd-2","title":"imported too","status":"open","priority":4,"issue_type":"molecule","created_at":"2025-11-02T21:58:07Z","updated_at":"2025-11-03T20:56:22Z","created_by":"actor-02"})"
    "\n";

}  // namespace

std::vector<ScriptLine> const& verb_script() {
  static std::vector<ScriptLine> const script = {
      {"todo.add", {"todo", "add", "first", "--priority", "0", "--label", "docs"}, ""},
      {"todo.add", {"todo", "add", "second", "--priority", "1", "--description", "-"}, "out of a pipe\n"},
      {"todo.add", {"todo", "add", "third", "--priority", "2", "--blocked-by", "$2"}, ""},
      {"todo.add", {"todo", "add", "never", "--dry-run"}, ""},
      {"todo.add", {"todo", "add"}, ""},
      {"todo.add", {"todo", "add", "bad", "--priority", "9"}, ""},
      {"todo.add", {"todo", "add", "bad", "--prioritty", "1"}, ""},
      {"todo.show", {"todo", "show", "$1"}, ""},
      {"todo.show", {"todo", "show", "t-nothing"}, ""},
      {"todo.list", {"todo", "list"}, ""},
      {"todo.list", {"todo", "list", "--limit", "1"}, ""},
      {"todo.ready", {"todo", "ready"}, ""},
      {"todo.search", {"todo", "search", "pipe"}, ""},
      {"todo.edit", {"todo", "edit", "$2", "--title", "second, changed", "--add-label", "late"}, ""},
      {"todo.link", {"todo", "link", "$1", "related", "$2"}, ""},
      {"todo.link", {"todo", "link", "$3", "blocks", "$2"}, ""},
      {"todo.unlink", {"todo", "unlink", "$1", "related", "$2"}, ""},
      {"todo.comment", {"todo", "comment", "$1", "a remark"}, ""},
      {"todo.claim", {"todo", "claim", "$3"}, ""},
      {"todo.claim", {"todo", "claim", "$1", "--lease", "1h"}, ""},
      {"todo.claim", {"todo", "claim", "$1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.renew", {"todo", "renew", "$1", "--token", "$T1"}, ""},
      {"todo.handoff", {"todo", "handoff", "$1", "--to", "bob", "--summary", "half done", "--token", "$T1"}, ""},
      {"todo.claim", {"todo", "claim", "$1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.release", {"todo", "release", "$1", "--actor", "bob", "--session", "s2"}, ""},
      {"todo.next", {"todo", "next", "--claim"}, ""},
      {"todo.done", {"todo", "done", "$1", "--token", "7777"}, ""},
      {"todo.done", {"todo", "done", "$1", "--reason", "it works"}, ""},
      {"todo.done", {"todo", "done", "$2"}, ""},
      {"todo.reopen", {"todo", "reopen", "$1", "--reason", "it does not"}, ""},
      {"todo.archive", {"todo", "archive", "$1"}, ""},
      {"todo.reclaim", {"todo", "reclaim", "--expired"}, ""},
      {"todo.history", {"todo", "history", "$1"}, ""},
      {"todo.stats", {"todo", "stats"}, ""},
      {"todo.import", {"todo", "import", "-"}, kForeign},
      {"todo.import", {"todo", "import", "-"}, kForeign},
      {"todo.import", {"todo", "import", "$REPO/nothing.jsonl"}, ""},
      {"todo.export", {"todo", "export"}, ""},
      {"broker.audit", {"broker", "audit", "--limit", "100"}, ""},
      {"broker.audit", {"broker", "audit", "--actor", "bob"}, ""},
      {"broker.verify", {"broker", "verify"}, ""},
      {"broker.checkpoint", {"broker", "checkpoint"}, ""},
      {"broker.result", {"broker", "result", "no-such-request"}, ""},
      {"todo.add", {"todo", "add", "named", "--request-id", "named-1"}, ""},
      {"todo.add", {"todo", "add", "named", "--request-id", "named-1"}, ""},
      {"todo.add", {"todo", "add", "other", "--request-id", "named-1"}, ""},
      {"broker.result", {"broker", "result", "named-1"}, ""},
      {"validate", {"validate", "--store", "repo"}, ""},
      {"init", {"init"}, ""},
      {"", {"todo", "ad"}, ""},
      {"", {"tood", "list"}, ""},
  };
  return script;
}

std::vector<std::string> const& verbs_without_parity() {
  static std::vector<std::string> const exempt = {
      "broker.status",                        // says who serves
      "doctor",                               // says which mode a command would use
      "where", "version", "help", "schema",   // never go near the lock
      "capabilities", "completion", "batch",
  };
  return exempt;
}

}  // namespace decapod::test
