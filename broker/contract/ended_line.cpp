#include <decapod/base/shell_words.h>
#include <decapod/contract/ended_line.h>
#include <decapod/contract/replaced_store.h>

#include <limits>

namespace decapod::contract {
namespace {

// The newest record of a restore that ended a line of this store and generation (?1: how its term begins) at the pin's
// place (?2: the whole term), or after so many commits (?3) and perhaps at another head; and that is not older than
// what both lines have in common (?4). A record that names no head could not read it. ':' follows '9'.
constexpr std::string_view kEnded =
    "SELECT term = ?2, 'the line of ' || commits || iif(commits = 1, ' record', ' records') ||"
    " ' that a restore ended (record ' || sequence || ', ' ||"
    " json_extract(body, '$.ts') || ', by ' || json_extract(body, '$.actor') || ')' FROM"
    " (SELECT term, sequence, CAST(substr(term, length(?1) + 1) AS INTEGER) commits FROM audit_index"
    " WHERE term > ?1 AND term < ?1 || ':')"
    " JOIN audit_mutation USING (sequence)"
    " WHERE (term = ?2 OR commits > ?3 OR commits = ?3 AND substr(term, -1) = '/') AND sequence <= ?4"
    " AND json_extract(body, '$.request_type') = 'broker.restore' AND instr(body, '\"' || substr(term, 5) || '\"')"
    " ORDER BY sequence DESC";

// The newest record of a restore into a place where a store of another name was, or none (?2: what would name the
// pin's), and which is not newer than the pin's place (?1); if no line of the pin's generation ended by a restore (?3:
// how the term of such a one begins).
constexpr std::string_view kAfterALoss =
    "SELECT 'record ' || sequence || ', ' || json_extract(body, '$.ts') || ', by ' || json_extract(body, '$.actor')"
    " FROM audit_index JOIN audit_mutation USING (sequence)"
    " WHERE term = 'op:broker.restore' AND sequence <= ?1 AND NOT instr(body, ?2)"
    " AND NOT EXISTS (SELECT 1 FROM audit_index WHERE term > ?3 AND term < ?3 || ':')"
    " ORDER BY sequence DESC";

std::string hint(PinnedPoint const& pin, std::string const& present, std::string const& condition) {
  std::string words = "if " + condition + "the restore was meant: ";
  if (pin.store_uuid != present) words += "git rm " + shell_word(pin.path) + ", then ";
  words += "decapod broker checkpoint --pin";
  if (pin.store_uuid == present) words += " --force";
  return words += "; otherwise keep the pin and a copy of the state directory as evidence";
}

}  // namespace

std::optional<Explanation> explain_by_restore(Context& context, PinnedPoint const& pin) {
  auto const& present = context.facts().store_uuid;
  auto const commits = static_cast<std::int64_t>(pin.commits);
  auto const store = std::string(kReplacedKey) + pin.store_uuid + '/';
  auto const line = "key:" + store + std::to_string(pin.generation) + '/';
  auto const head = hex(pin.head);
  auto rows = context.store().query(kEnded, line, line + std::to_string(commits) + '/' + head, commits,
                                    pin.store_uuid == present ? commits : std::numeric_limits<std::int64_t>::max());
  if (rows.next()) {
    if (rows.integer(0) != 0) {
      return Explanation{Explains::exactly, "it is a pin of the end of " + rows.text(1), hint(pin, present, "")};
    }
    return Explanation{
        Explains::perhaps, "it may be a pin of " + rows.text(1) + ", whose record names the end alone and cannot tell",
        hint(pin, present,
             "the trail that the restore kept has this record (grep '\"seq\":" + std::to_string(commits) +
                 ",\"hash\":\"" + head + "\"' " + shell_word(context.facts().state_directory) +
                 "/before-restore-*/audit/mutations.jsonl) and ")};
  }
  // What the store itself has written since its last generation began is of no other line.
  if (pin.store_uuid != present || pin.generation == context.facts().generation) return std::nullopt;
  auto after = context.store().query(kAfterALoss, commits, '"' + store, line);
  if (!after.next()) return std::nullopt;
  return Explanation{Explains::perhaps,
                     "it may be a pin of a line that was lost before a restore (" + after.text(0) +
                         "), whose record knows nothing of it and cannot tell",
                     hint(pin, present, "the store was lost and ")};
}

}  // namespace decapod::contract
