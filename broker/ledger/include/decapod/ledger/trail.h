#pragma once
// Questions to the stored trail.

#include <decapod/audit/checkpoint.h>
#include <decapod/ledger/ledger.h>

#include <set>

namespace decapod::ledger {

// What `broker audit` asks for. Empty fields do not restrict.
struct TrailQuery {
  audit::Chain chain = audit::Chain::mutations;
  std::string actor;
  std::string subsystem;
  std::string operation;
  std::string key;  // an affected key, such as "todo/item/t-4k2m"
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  std::uint64_t before = 0;  // sequence numbers below this one; 0 = from the newest
  std::size_t limit = 50;
};

struct TrailPage {
  std::vector<audit::StoredRecord> records;  // newest first
  std::uint64_t next_before = 0;             // 0: there are no more
  std::size_t examined = 0;                  // how many were looked at, whether they are in it or not
};

TrailPage query_trail(storage::Database& database, TrailQuery const& query);

// Of which subsystems there are mutations on record, or that changed something of them, as a restore does that carries
// a policy over: a look into the index for each.
std::set<std::string, std::less<>> subsystems_on_record(storage::Database& database);
// The same of one subsystem, for a store whose index somebody took away: looks at every record.
bool is_on_record(storage::Database& database, std::string_view subsystem);

// Up to `limit` records after `sequence`, oldest first.
std::vector<audit::StoredRecord> records_after(storage::Database& database, audit::Chain chain, std::uint64_t sequence,
                                               std::size_t limit);

// The hash of record `sequence`; nullopt if there is none.
std::optional<Sha256> hash_at(storage::Database& database, audit::Chain chain, std::uint64_t sequence);

// The head of the chain when it had `size` records: before the first it is the genesis head. nullopt: it has fewer.
std::optional<Sha256> hash_at_size(storage::Database& database, audit::Chain chain, std::uint64_t size,
                                   std::string_view store_uuid);

// Walks a whole chain: the first break, or where it ends.
struct Walked {
  std::optional<audit::Break> first_break;
  audit::Head head;
};
Walked verify_chain(storage::Database& database, audit::Chain chain, std::string_view store_uuid);

}  // namespace decapod::ledger
