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

std::string hint(PinnedPoint const& pin, std::string const& present, Explains how) {
  std::string words = "if ";
  if (how == Explains::perhaps) {
    words += "the trail that the restore kept has this record (grep '\"seq\":" + std::to_string(pin.commits) +
             ",\"hash\":\"" + hex(pin.head) + "\"' before-restore-*/audit/mutations.jsonl) and ";
  }
  words += "the restore was meant: ";
  if (pin.store_uuid != present) words += "git rm " + shell_word(pin.path) + ", then ";
  words += "decapod broker checkpoint --pin";
  if (pin.store_uuid == present) words += " --force";
  return words += "; otherwise keep the pin and a copy of the state directory as evidence";
}

}  // namespace

std::optional<Explanation> explain_by_restore(storage::Database& database, std::string const& present,
                                              PinnedPoint const& pin) {
  auto const commits = static_cast<std::int64_t>(pin.commits);
  auto const line = "key:" + std::string(kReplacedKey) + pin.store_uuid + '/' + std::to_string(pin.generation) + '/';
  auto rows = database.query(kEnded, line, line + std::to_string(commits) + '/' + hex(pin.head), commits,
                             pin.store_uuid == present ? commits : std::numeric_limits<std::int64_t>::max());
  if (!rows.next()) return std::nullopt;
  if (rows.integer(0) != 0) {
    return Explanation{Explains::exactly, "it is a pin of the end of " + rows.text(1),
                       hint(pin, present, Explains::exactly)};
  }
  return Explanation{Explains::perhaps,
                     "it may be a pin of " + rows.text(1) + ", whose record names the end alone and cannot tell",
                     hint(pin, present, Explains::perhaps)};
}

}  // namespace decapod::contract
