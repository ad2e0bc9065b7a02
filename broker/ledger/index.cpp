#include <decapod/ledger/index.h>
#include <decapod/ledger/ledger.h>

#include <algorithm>
#include <span>
#include <utility>

namespace decapod::ledger {

Reach reach_of(std::string_view term) {
  return term.starts_with("actor:") || term.starts_with("db:") ? Reach::stretch : Reach::record;
}

std::vector<IndexEntry> entries_of(audit::Record const& record, std::uint64_t sequence) {
  std::vector<std::string> terms{"actor:" + record.actor, "db:" + record.db_id, "op:" + record.request_type};
  for (auto const& key : record.affected_keys) terms.push_back("key:" + key);
  std::ranges::sort(terms);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  std::vector<IndexEntry> entries;
  for (auto& term : terms) {
    auto const leads_to = reach_of(term) == Reach::stretch ? first_of_stretch(sequence) : sequence;
    entries.push_back({.term = std::move(term), .sequence = leads_to});
  }
  return entries;
}

void MetEntries::enter(std::uint64_t sequence) {
  if (!entries_.empty() && entries_.front().sequence != first_of_stretch(sequence)) entries_.clear();
}

bool MetEntries::contain(IndexEntry const& entry) const {
  return std::ranges::find(entries_, entry) != entries_.end();
}

void MetEntries::add(IndexEntry const& entry) {
  if (reach_of(entry.term) == Reach::stretch) entries_.push_back(entry);
}

// Two at once, as the most common record has them: to run a statement costs a third of what an entry does.
void Ledger::index(audit::Record const& record, std::uint64_t sequence) {
  indexed_.enter(sequence);
  auto entries = entries_of(record, sequence);
  std::erase_if(entries, [&](auto const& entry) { return indexed_.contain(entry); });
  auto rest = std::span(std::as_const(entries));
  for (; rest.size() >= 2; rest = rest.subspan(2)) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2), (?3, ?4)", rest[0].term,
                      rest[0].sequence, rest[1].term, rest[1].sequence);
  }
  for (auto const& entry : rest) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2)", entry.term, entry.sequence);
  }
  for (auto const& entry : entries) indexed_.add(entry);
}

}  // namespace decapod::ledger
