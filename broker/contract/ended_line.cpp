#include <decapod/audit/checkpoint.h>
#include <decapod/audit/ended_line.h>
#include <decapod/audit/record.h>
#include <decapod/contract/ended_line.h>
#include <decapod/contract/replaced_store.h>

#include <algorithm>
#include <limits>

namespace decapod::contract {
namespace {

constexpr std::string_view kRestore = "broker.restore";

// What may be records of restores that ended a line of this store and generation (?1: how its term begins) at the pin's
// place (?2: the whole term), or after so many commits (?3) and perhaps at another head; and that are not older than
// what both lines have in common (?4). What names the very place comes first, then the newest. A record that names no
// head could not read it. ':' follows '9'.
constexpr std::string_view kEnded =
    "SELECT sequence, body, substr(term, 5), commits, term = ?2 FROM"
    " (SELECT term, sequence, CAST(substr(term, length(?1) + 1) AS INTEGER) commits FROM audit_index"
    " WHERE term > ?1 AND term < ?1 || ':')"
    " JOIN audit_mutation USING (sequence)"
    " WHERE (term = ?2 OR commits > ?3 OR commits = ?3 AND substr(term, -1) = '/') AND sequence <= ?4"
    " ORDER BY term = ?2 DESC, sequence DESC";

// What may be records of restores into a place where a store of another name was, or none, and which are not newer than
// the pin's place (?1); if no line of the pin's generation ended by a restore (?2: how the term of such a one begins).
constexpr std::string_view kAfterALoss =
    "SELECT sequence, body FROM audit_index JOIN audit_mutation USING (sequence)"
    " WHERE term = 'op:broker.restore' AND sequence <= ?1"
    " AND NOT EXISTS (SELECT 1 FROM audit_index WHERE term > ?2 AND term < ?2 || ':')"
    " ORDER BY sequence DESC";

// One that cannot be read was altered, which the gate over the chains finds, and explains nothing.
bool is_restore(Result<audit::Record> const& record) {
  return record && record->request_type == kRestore;
}

// Of a row that begins with its number.
audit::Explanation told(audit::Explains how, storage::Rows const& rows, audit::Record const& record) {
  return {.how = how,
          .commits = 0,
          .record = static_cast<std::uint64_t>(rows.integer(0)),
          .ts = record.ts,
          .actor = record.actor};
}

}  // namespace

std::optional<audit::Explanation> explain_by_restore(Context& context, audit::Checkpoint const& pin) {
  using audit::Explains;
  auto const& present = context.facts().store_uuid;
  auto const commits = static_cast<std::int64_t>(pin.mutations.size);
  auto const store = std::string(kReplacedKey) + pin.store_uuid + '/';
  auto const line = "key:" + store + std::to_string(pin.generation) + '/';
  auto const end = line + std::to_string(commits) + '/' + hex(pin.mutations.head);
  auto rows = context.store().query(kEnded, line, end, commits,
                                    pin.store_uuid == present ? commits : std::numeric_limits<std::int64_t>::max());
  while (rows.next()) {
    auto const record = audit::parse_record(rows.view(1));
    if (!is_restore(record) || std::ranges::find(record->affected_keys, rows.view(2)) == record->affected_keys.end())
      continue;
    auto explanation = told(rows.integer(4) != 0 ? Explains::exactly : Explains::before_the_end, rows, *record);
    explanation.commits = static_cast<std::uint64_t>(rows.integer(3));
    return explanation;
  }
  // What the store itself has written since its last generation began is of no other line.
  if (pin.store_uuid != present || pin.generation == context.facts().generation) return std::nullopt;
  auto after = context.store().query(kAfterALoss, commits, line);
  while (after.next()) {
    auto const record = audit::parse_record(after.view(1));
    if (!is_restore(record)) continue;
    auto const names_it = [&](std::string const& key) { return key.starts_with(store); };
    if (std::ranges::any_of(record->affected_keys, names_it)) continue;
    return told(Explains::after_a_loss, after, *record);
  }
  return std::nullopt;
}

}  // namespace decapod::contract
