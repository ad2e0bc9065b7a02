#pragma once
// The ledger: what was asked under which key, and what became of it. With it a retry is answered, never applied again.

#include <decapod/audit/chain.h>
#include <decapod/base/id.h>
#include <decapod/ledger/index.h>
#include <decapod/storage/database.h>
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace decapod::ledger {

// The tables, and how they became what they are: script i is version i + 1 of the subsystem "ledger". Append only, as a
// script that a store has taken is not asked for again.
std::span<std::string_view const> migrations();

// Above it no number is exact in JSON, and nobody raises an epoch so often.
inline constexpr std::uint64_t kEpochMost = (std::uint64_t{1} << 53) - 1;
// Each has 2^32 tokens of its own; what is above would not be exact in JSON either.
inline constexpr std::int64_t kGenerationMost = std::int64_t{1} << 21;

// Which subsystems have tables, as text, beside the rows of `schema_version` that say it as well: a row that somebody
// deletes does not make it look as if one was never used. nullopt: nothing is noted. Throws storage::Failure.
std::optional<std::string> noted_subsystems(storage::Database& database);
// Inside the caller's write transaction. Throws storage::Failure.
void note_subsystems(storage::Database& database, std::string_view names);

// Who this store is.
struct Identity {
  std::string store_uuid;
  std::int64_t generation = 0;
};

// What became of a request that the ledger remembers. The names are the published ones.
enum class Outcome : std::uint8_t { COMMITTED, NOT_COMMITTED };
BOOST_DESCRIBE_ENUM(Outcome, COMMITTED, NOT_COMMITTED)

// A row of the ledger, as a lookup finds it.
struct Entry {
  Sha256 digest;
  Outcome outcome = Outcome::COMMITTED;
  std::optional<Marker> marker;
  std::string request_id;
  std::string operation;
  std::string actor;
  Timestamp at;
  std::optional<std::string> reply;  // nullopt: retention has dropped it
};

// What a write was asked to be, for its row and its record.
struct Asked {
  std::string_view key;
  Sha256 digest;
  std::string_view operation;
  audit::Record const& record;  // status, epoch, commit_seq and the seal are filled in here
};

// Binds a record to what the ledger keeps of its request: an edited digest or reply no longer fits it.
void seal(audit::Record& record, Sha256 const& digest, std::string_view reply);

// The digest that a key is bound to: operation, meaning and actor; not session, cwd, deadline or observed facts.
Sha256 digest_of(std::string_view operation, std::string_view canonical_arguments, std::string_view actor);

// Whether this tenure has raised the store's epoch yet.
enum class Epoch : std::uint8_t { as_found, raised };

// Where both chains and the commit counter stand; saved before a batch and put back if the batch is lost.
struct Position {
  audit::Head mutations;
  audit::Head reads;
};

// Thrown when the store has a higher epoch than this tenure: somebody else leads, so this process must not write.
struct Fenced : std::exception {
  char const* what() const noexcept override { return "another leader has written to the store"; }
};

// Bound to one Database and one tenure; the worker's thread only. Throws storage::Failure.
class Ledger {
 public:
  // Reads identity, epoch and both heads. `epoch`: the tenure's, if an earlier process of the same tenure raised it
  // already. An epoch that is lower than that of the newest mutation is not believed: this tenure goes on above the
  // mutation's, and its first write mends the number. The lock elects, not the epoch, and the chain is the better
  // witness; refusing would let one edited number stop everybody.
  Ledger(storage::Database& database, std::optional<std::uint64_t> epoch);
  // Whether the store has been given its name.
  static bool has_identity(storage::Database& database);
  static void make_identity(storage::Database& database, std::string const& store_uuid, Timestamp now);

  // The store becomes the first of a new generation: what an earlier one gave out is told apart by `generation` and
  // by `epoch`, above which its tenures count. Inside the caller's transaction, with no Ledger over it.
  static void begin_generation(storage::Database& database, std::int64_t generation, std::uint64_t epoch);

  Identity const& identity() const { return identity_; }
  std::uint64_t epoch() const { return epoch_; }
  Epoch epoch_state() const { return state_; }
  // This tenure counts on above `epoch`, of which the store knows nothing: markers that were given out in it went with
  // their commits, and none of them is given out again. Before the first transaction.
  void begin_above(std::uint64_t epoch) { epoch_ = std::max(epoch_, epoch); }
  // What the store gave as its epoch, if its newest mutation was made in a later one.
  std::optional<std::uint64_t> epoch_behind() const;
  Position const& position() const { return position_; }
  // After every rollback, also of a savepoint: what was indexed since is forgotten, too.
  void restore(Position const& position, Epoch state);
  std::uint64_t commit_seq() const { return position_.mutations.size; }

  // First thing in every write transaction: raises the epoch once a tenure, checks it ever after. Throws Fenced.
  void enter_transaction();
  // The check alone, for a transaction that commits no request: it raises nothing. Throws Fenced.
  void check_epoch();

  // Throws Failure (corrupt) if the row is none that commit() or refuse() writes.
  std::optional<Entry> find(std::string_view key);
  // The next marker to be given out.
  Marker next_marker() const { return {epoch_, commit_seq() + 1}; }
  // Ledger row, record and index terms of a committed request; returns its marker.
  Marker commit(Asked const& asked, std::string_view reply);
  void refuse(Asked const& asked, std::string_view reply);

  // Appends to the chain of reads (inside a transaction).
  void append_read(audit::Record record);

 private:
  void insert_entry(Asked const& asked, Outcome outcome, std::optional<Marker> marker, std::string_view reply);
  void index(audit::Record const& record, std::uint64_t sequence);

  storage::Database& database_;
  Identity identity_;
  std::uint64_t epoch_ = 0;
  std::uint64_t stored_epoch_ = 0;  // what `meta` must say: epoch_, unless it was found too low
  std::uint64_t epoch_before_raise_ = 0;
  Epoch state_ = Epoch::as_found;
  Position position_;
  MetEntries indexed_;  // by this Ledger
};

}  // namespace decapod::ledger
