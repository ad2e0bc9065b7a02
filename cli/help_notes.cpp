#include "help_notes.h"

#include <algorithm>

namespace decapod::cli {
namespace {

constexpr std::string_view kBatch[] = {
    "A line is one object: \"op\" (\"todo.claim\"), and as needed \"args\" (what `decapod schema todo claim` says), "
    "\"request_id\", \"actor\", \"dry_run\", \"timeout_ms\", \"min_seq\". `decapod schema batch` has it as JSON "
    "Schema. An \"actor\" is taken as --actor is: one that cannot be recorded as it is, is refused.",
    "Each line is answered with one envelope, in order; blank ones are passed over. Its \"line\" is the number of the "
    "line that it answers; an error's details have it, too. After a failure the rest goes on. The exit code is "
    "that of the first line that failed.",
    "If an answer cannot be written (a full disk behind standard output, a reader that left), the lines after it are "
    "not run, and standard error says how many there are. If what that line did was committed, the exit code is 10.",
};
constexpr std::string_view kDoctor[] = {
    "Problems that it finds, also that there is no store, are in its answer and no failure of its own: the exit code "
    "is 0. A script reads "
    "\"writes\" and \"reads\" of --json: \"none\" is a store out of use.",
};
constexpr std::string_view kCheckpoint[] = {
    "A pin that disagrees with the chain is not replaced without --force: after `broker restore` that is as it should "
    "be, at any other time it is evidence.",
};
constexpr std::string_view kRestore[] = {
    "Where the store was removed with its directory: `decapod init`, then this. What it keeps aside "
    "(before-restore-TIME in the state directory) may be removed once the restored store is found good.",
};
constexpr std::string_view kStatus[] = {
    "connections: commands that are connected now; queued: their requests that wait; in flight: those without an "
    "answer, queued or running. Since this broker began: requests, which are answered ones: executed; joined, which "
    "waited for an equal read; and cached, by the result of one just before. groups: commits, of one write or of "
    "several that came together.",
};
constexpr std::string_view kResult[] = {
    "COMMITTED: it was done, once, under the marker that follows. NOT_COMMITTED: it was refused for good, and is "
    "refused again if sent again. An id that is not found (exit 3) has changed nothing so far: send it again under "
    "that id. The reply is kept for 30 days; what became of it, for good.",
};
constexpr std::string_view kAudit[] = {
    "A claim is on record as todo.claim or todo.next. --follow begins with the oldest record of the page. --since and "
    "--until look at every record: clocks go back.",
    "With --json the numbers of a record may be spelled anew; the bytes that the chain hashes are in the exported copy "
    "(`decapod where`).",
};

constexpr std::string_view kNext[] = {
    "Without --claim it changes nothing: it is on record among the reads (todo.peek), and needs no --request-id; "
    "--porcelain then prints - for TOKEN and END.",
};
constexpr std::string_view kImport[] = {
    "By hand, a line needs an id of your choice and a title: {\"id\":\"docs-1\",\"title\":\"Write the docs\"}. What "
    "else an export has may be left out (task, priority 2, open, made by \"unknown\"); with --on-conflict update, what "
    "is left out is set back. The ids make a second import of the file add nothing.",
};
constexpr std::string_view kValidate[] = {
    "--require-pin is for the place where the store is. A fresh clone, as CI makes it, has the pin and no store: there "
    "plain `decapod validate` judges the source, and says of the pin that it proves nothing.",
};

struct Notes {
  std::string_view operation;
  std::span<std::string_view const> paragraphs;
};
constexpr Notes kNotes[] = {
    {"batch", kBatch},          {"doctor", kDoctor},          {"broker.checkpoint", kCheckpoint},
    {"broker.audit", kAudit},   {"broker.restore", kRestore}, {"broker.status", kStatus},
    {"broker.result", kResult}, {"todo.next", kNext},         {"todo.import", kImport},
    {"validate", kValidate}};

}  // namespace

std::span<std::string_view const> notes_on(std::string_view operation) {
  auto const* found = std::ranges::find(kNotes, operation, &Notes::operation);
  return found == std::ranges::end(kNotes) ? std::span<std::string_view const>() : found->paragraphs;
}

std::string_view config_page() {
  return R"(.decapod/config.toml, in the main worktree; every part may be missing:

[store]
allow_unreliable_locks = false   # true: trust a file system that decapod refuses
[validate.source]                # what `decapod validate` scans
mode = "own-store"               # or "strict": whoever opens SQLite at all
exclude = ["third_party"]        # not scanned
broker = ["broker/storage"]      # of a project that has its own broker: may open SQLite
[[validate.source.exception]]    # may open SQLite: scanned, counted, printed
path = "tests/storage"
reason = "why"
)";
}

}  // namespace decapod::cli
