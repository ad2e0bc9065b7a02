#pragma once
// Entries in the store. Everything here throws storage::Failure.

#include <decapod/contract/context.h>
#include <decapod/knowledge/queries.h>
#include <decapod/lookup/kind.h>

#include "rules.h"

namespace decapod::knowledge::store {

using storage::Database;

inline constexpr lookup::Kind kEntries{.table = "knowledge_entry",
                                       .counters = "knowledge_counter",
                                       .prefix = "k-",
                                       .key = "knowledge/entry/",
                                       .one = "entry",
                                       .many = "entries"};
std::string entry_key(std::string_view id);  // "knowledge/entry/k-4k2m", as audit records name it

// Something that was done to an entry.
struct Deed {
  Timestamp at;
  std::string actor;
  std::string reason;
};

// How an entry became procedural.
struct Promotion {
  Deed deed;
  std::string record;  // the id of the promotion, where it is kept
  Marker marker;       // of the commit that did it
};

// A row of knowledge_entry.
struct Entry {
  std::int64_t number = 0;
  std::string id;
  std::string title;
  EntryKind kind = EntryKind::fact;
  Sha256 digest;
  Timestamp created_at;
  std::string created_by;
  std::optional<std::int64_t> successor;
  std::optional<Deed> superseded;  // exactly if there is a successor
  std::optional<Timestamp> expires_at;
  std::optional<Deed> expiry;  // exactly if it expires
  std::optional<Promotion> promotion;

  rules::Standing standing() const { return {successor, expires_at}; }
  Grade grade() const { return promotion ? Grade::procedural : Grade::noted; }
};

// The columns that row_to_entry() reads, from the first on, of a query whose entry table is called e.
inline constexpr std::string_view kEntryColumns =
    " e.number, e.id, e.title, e.kind, e.digest, e.created_at, e.created_by, e.successor, e.superseded_at,"
    " e.superseded_by, e.supersede_reason, e.expires_at, e.expired_at, e.expired_by, e.expire_reason, e.promoted_at,"
    " e.promoted_by, e.promote_reason, e.promotion, e.promoted_epoch, e.promoted_seq ";
Entry row_to_entry(storage::Rows const& rows);

// A source with the digest that files have.
struct Kept {
  Source source;
  std::optional<Sha256> sha256;
};

std::optional<Entry> find(Database& database, std::int64_t number);
// The id of an entry that exists.
std::string id_of(Database& database, std::int64_t number);
std::string body(Database& database, std::int64_t number);
std::vector<Kept> sources(Database& database, std::int64_t number);

// Inserts the entry with all it says, and what search needs; returns its number.
std::int64_t insert(Database& database, Entry const& entry, std::string_view body, std::vector<Kept> const& sources);
// Writes what became of it: successor, expiry, promotion.
void save(Database& database, Entry const& entry);

std::optional<std::int64_t> successor_of(Database& database, std::int64_t number);
// The latest entries that this one took the place of, at most `limit`, and how many there are.
std::vector<std::string> predecessors(Database& database, std::int64_t number, std::int64_t limit);
std::int64_t count_predecessors(Database& database, std::int64_t number);

// When the next entry expires by itself, so that what a reply says about it stays true until then.
std::optional<Timestamp> next_expiry(Database& database, Timestamp now);

}  // namespace decapod::knowledge::store
