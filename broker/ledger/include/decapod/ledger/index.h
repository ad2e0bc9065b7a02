#pragma once
// The index over the chain of mutations: from what a question names to the records that it is about.

#include <decapod/audit/record.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::ledger {

// What an entry leads to: a record, or a stretch of the chain in which at least one record has the term.
enum class Reach : std::uint8_t { record, stretch };

// How many records a stretch has; the first begins with record 1. Stores have it: another size needs a migration.
inline constexpr std::uint64_t kStretch = 64;

// Who acted and on which database is true of many records in a row. An entry for each would be as many places of the
// index to be written as agents are at work; an entry for each stretch is nearly none, and whoever asks looks at the
// stretch. `term` is spelled as in entries_of().
Reach reach_of(std::string_view term);

// The first record of the stretch that record `sequence` is in; records are counted from 1.
constexpr std::uint64_t first_of_stretch(std::uint64_t sequence) {
  return sequence - (sequence - 1) % kStretch;
}

struct IndexEntry {
  std::string term;            // "actor:alice", "db:todo", "op:todo.claim", "key:todo/item/t-4k2m"
  std::uint64_t sequence = 0;  // of the record, or of the first in its stretch
  friend bool operator==(IndexEntry const&, IndexEntry const&) = default;
};

// The entries that lead to record `sequence`, in the order of their terms, each once.
std::vector<IndexEntry> entries_of(audit::Record const& record, std::uint64_t sequence);

// Entries of one stretch that were met already, while records are gone through in order: at most two a record.
class MetEntries {
 public:
  // Record `sequence` is next: what was met in another stretch is forgotten.
  void enter(std::uint64_t sequence);
  bool contain(IndexEntry const& entry) const;
  // One that leads to a record alone is not kept: nobody else has it.
  void add(IndexEntry const& entry);
  void forget() { entries_.clear(); }

 private:
  std::vector<IndexEntry> entries_;
};

}  // namespace decapod::ledger
