#pragma once
// The tables of work units. Functions throw storage::Failure; a body that cannot be read is one (corrupt).

#include <decapod/storage/database.h>
#include <decapod/workunit/record.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace decapod::workunit::store {

using storage::Database;

struct StoredUnit {
  std::int64_t number = 0;
  Unit unit;
};

std::optional<StoredUnit> find(Database& database, std::string_view id);
StoredUnit insert(Database& database, Unit unit);
void save(Database& database, StoredUnit const& stored);

// Units with an id after `after`, by id, at most `limit`.
std::vector<Unit> list(Database& database, std::optional<State> state, std::string_view after, std::int64_t limit);

// Newest first, at most `limit`.
std::vector<Proof> newest_proofs(Database& database, std::int64_t unit, std::int64_t limit);
// What decides each gate of the plan at `tree`, whatever else there is: of each level the newest of the planned command
// at this tree, and the newest failure of that command, whatever its gate was called; the newest of the gate that
// passed anywhere; of the reproduced ones also the newest that counts, if `trusted` are the keys that do. Oldest first,
// by their markers. Makes a fixed number of proofs of them a gate, and one more for each reproduction that does not
// count.
std::vector<Proof> deciding_proofs(Database& database, StoredUnit const& stored, std::string_view tree,
                                   std::span<std::string const> trusted);
// Of each gate of the plan and each level the newest, in the plan's order, lowest level first.
std::vector<Proof> counting_proofs(Database& database, StoredUnit const& stored);
// The newest asserted or observed proof of a gate by its planned command, at `tree` if one is given.
std::optional<Proof> newest_unsigned(Database& database, StoredUnit const& stored, std::string_view gate,
                                     std::optional<std::string> const& tree);
// Where a marker stands among all; {0, 0}: it is none.
std::pair<std::uint64_t, std::uint64_t> order_of(std::string const& marker);
std::optional<Proof> find_proof(Database& database, std::string_view id);
std::int64_t count_proofs(Database& database, std::int64_t unit);
void add_proof(Database& database, std::int64_t unit, Proof const& proof);
bool has_attestation(Database& database, std::int64_t unit, Attestation const& attestation);

// Every row as it is, for gates: what the columns say, and the body, which may be anything.
struct RawUnit {
  std::int64_t number = 0;
  std::string id;
  std::string state;
  std::optional<Unit> unit;  // nullopt: the body cannot be read, or is not spelled as save() spells it
};
std::vector<RawUnit> raw_units(Database& database);
struct RawProof {
  std::int64_t number = 0;
  std::string unit;
  std::string id;
  std::string gate;
  std::string level;
  std::string outcome;
  std::string tree;
  std::string command;  // hex
  std::optional<Proof> proof;
};
// What the column `command` holds for this command.
std::string command_hash(std::vector<std::string> const& command);
void each_raw_proof(Database& database, std::function<void(RawProof const&)> const& look);

}  // namespace decapod::workunit::store
