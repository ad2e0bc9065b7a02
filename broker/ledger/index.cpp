#include <decapod/ledger/index.h>
#include <decapod/ledger/ledger.h>

#include <algorithm>
#include <iterator>
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

// Two at once, as the most common record has them: to run a statement costs a third of what an entry does.
void Ledger::index(audit::Record const& record, std::uint64_t sequence) {
  if (!indexed_.empty() && indexed_.front().sequence != first_of_stretch(sequence)) indexed_.clear();
  auto entries = entries_of(record, sequence);
  std::erase_if(entries, [&](auto const& entry) { return std::ranges::find(indexed_, entry) != indexed_.end(); });
  auto rest = std::span(std::as_const(entries));
  for (; rest.size() >= 2; rest = rest.subspan(2)) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2), (?3, ?4)", rest[0].term,
                      rest[0].sequence, rest[1].term, rest[1].sequence);
  }
  for (auto const& entry : rest) {
    database_.execute("INSERT OR IGNORE INTO audit_index (term, sequence) VALUES (?1, ?2)", entry.term, entry.sequence);
  }
  std::ranges::copy_if(entries, std::back_inserter(indexed_),
                       [](auto const& entry) { return reach_of(entry.term) == Reach::stretch; });
}

}  // namespace decapod::ledger
