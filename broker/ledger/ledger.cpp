#include <decapod/ledger/ledger.h>
#include <ledger_schema.h>
#include <ledger_stretches.h>
#include <ledger_tables_noted.h>
#include <ledger_tables_when_asked.h>

#include <algorithm>
#include <utility>

namespace decapod::ledger {
namespace {

// One statement for every fact: what a command that elects itself prepares, its caller waits for.
storage::Rows meta(storage::Database& database, std::string_view name) {
  return database.query("SELECT value FROM meta WHERE name = ?1", name);
}

std::int64_t integer_meta(storage::Database& database, std::string_view name) {
  auto rows = meta(database, name);
  return rows.next() ? rows.integer(0) : 0;
}

// corrupt: what stands there is no number that a leader has written.
std::int64_t bounded_meta(storage::Database& database, std::string_view name, std::int64_t least, std::int64_t most) {
  auto rows = meta(database, name);
  if (!rows.next()) return least;
  bool const is_number = rows.is_integer(0);
  auto const value = rows.integer(0);
  if (is_number && value >= least && value <= most) return value;
  throw storage::Failure(ErrorCode::corrupt, 0,
                         "the store's " + std::string(name) + " is '" + rows.text(0) + "', which it can never be");
}

std::string text_meta(storage::Database& database, std::string_view name) {
  auto rows = meta(database, name);
  return rows.next() ? rows.text(0) : std::string();
}

template <class Value>
void put_meta(storage::Database& database, std::string_view name, Value const& value) {
  // Nearly every fact is there, and an INSERT that may meet it takes twice as long to prepare.
  if (database.execute("UPDATE meta SET value = ?2 WHERE name = ?1", name, value) > 0) return;
  database.execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", name, value);
}

audit::Head head_in(storage::Rows const& rows) {
  return {.size = static_cast<std::uint64_t>(rows.integer(0)), .head = sha256_from(rows.blob(1)).value_or(Sha256{})};
}

// Where a chain ends. `epoch`: of a mutation; 0 where there is none, and where it is none that a leader has written:
// that is for the chain's gate to say.
struct Newest {
  audit::Head head;
  std::uint64_t epoch = 0;
};

Newest newest_mutation(storage::Database& database, std::string_view store_uuid) {
  auto rows = database.query("SELECT sequence, hash, body FROM audit_mutation ORDER BY sequence DESC LIMIT 1");
  if (!rows.next()) return {.head = audit::genesis(audit::Chain::mutations, store_uuid)};
  auto const epoch = audit::epoch_in(rows.view(2)).value_or(0);
  return {.head = head_in(rows), .epoch = epoch < kEpochMost ? epoch : 0};
}

audit::Head newest_read(storage::Database& database, std::string_view store_uuid) {
  auto rows = database.query("SELECT sequence, hash FROM audit_read ORDER BY sequence DESC LIMIT 1");
  return rows.next() ? head_in(rows) : audit::genesis(audit::Chain::reads, store_uuid);
}

}  // namespace

std::span<std::string_view const> migrations() {
  static constexpr std::string_view kScripts[] = {sql::schema, sql::stretches, sql::tables_when_asked,
                                                  sql::tables_noted};
  return kScripts;
}

std::optional<std::string> noted_subsystems(storage::Database& database) {
  auto rows = meta(database, "subsystems");
  return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

void note_subsystems(storage::Database& database, std::string_view names) {
  put_meta(database, "subsystems", names);
}

Sha256 digest_of(std::string_view operation, std::string_view canonical_arguments, std::string_view actor) {
  Sha256Hasher hasher;
  hasher.add("decapod/request/v1");
  for (auto const part : {operation, canonical_arguments, actor}) hasher.add_u64(part.size()).add(part);
  return hasher.finish();
}

void seal(audit::Record& record, Sha256 const& digest, std::string_view reply) {
  record.request_digest = digest;
  record.reply_hash = sha256(reply);
}

Ledger::Ledger(storage::Database& database, std::optional<std::uint64_t> epoch) : database_(database) {
  identity_ = {.store_uuid = text_meta(database, "store_uuid"),
               .generation = bounded_meta(database, "generation", 0, kGenerationMost)};
  stored_epoch_ = static_cast<std::uint64_t>(bounded_meta(database, "epoch", 0, static_cast<std::int64_t>(kEpochMost)));
  auto const newest = newest_mutation(database, identity_.store_uuid);
  epoch_ = std::max(stored_epoch_, newest.epoch);
  if (epoch) {
    state_ = Epoch::raised;
    epoch_ = stored_epoch_ = *epoch;
  }
  position_ = {.mutations = newest.head, .reads = newest_read(database, identity_.store_uuid)};
}

bool Ledger::has_identity(storage::Database& database) {
  return meta(database, "store_uuid").next();
}

void Ledger::make_identity(storage::Database& database, std::string const& store_uuid, Timestamp now) {
  database.execute(
      "INSERT INTO meta (name, value)"
      " VALUES ('store_uuid', ?1), ('generation', 1), ('epoch', 0), ('made_at', ?2), ('subsystems', '')",
      store_uuid, now);
}

void Ledger::begin_generation(storage::Database& database, std::int64_t generation, std::uint64_t epoch) {
  put_meta(database, "generation", generation);
  put_meta(database, "epoch", static_cast<std::int64_t>(epoch));
}

void Ledger::restore(Position const& position, Epoch state) {
  position_ = position;
  indexed_.forget();
  if (state_ == Epoch::raised && state == Epoch::as_found) {
    --epoch_;
    stored_epoch_ = epoch_before_raise_;
  }
  state_ = state;
}

std::optional<std::uint64_t> Ledger::epoch_behind() const {
  if (stored_epoch_ == epoch_) return std::nullopt;
  return stored_epoch_;
}

void Ledger::check_epoch() {
  if (static_cast<std::uint64_t>(integer_meta(database_, "epoch")) != stored_epoch_) throw Fenced();
}

void Ledger::enter_transaction() {
  check_epoch();
  if (state_ == Epoch::raised) return;
  put_meta(database_, "epoch", static_cast<std::int64_t>(epoch_ + 1));
  epoch_before_raise_ = std::exchange(stored_epoch_, ++epoch_);
  state_ = Epoch::raised;
}

Marker Ledger::commit(Asked const& asked, std::string_view reply) {
  auto const marker = next_marker();
  auto record = asked.record;
  record.status = audit::Status::COMMITTED;
  record.epoch = marker.epoch;
  record.commit_seq = marker.commit_seq;
  seal(record, asked.digest, reply);
  auto const body = audit::canonical(record);
  auto const head = audit::extend(audit::Chain::mutations, position_.mutations, body);
  database_.execute("INSERT INTO audit_mutation (sequence, body, hash) VALUES (?1, ?2, ?3)", head.size, body,
                    head.head);
  index(record, head.size);
  insert_entry(asked, Outcome::COMMITTED, marker, reply);
  position_.mutations = head;
  return marker;
}

void Ledger::refuse(Asked const& asked, std::string_view reply) {
  insert_entry(asked, Outcome::NOT_COMMITTED, std::nullopt, reply);
}

void Ledger::append_read(audit::Record record) {
  record.epoch = epoch_;
  auto const body = audit::canonical(record);
  auto const head = audit::extend(audit::Chain::reads, position_.reads, body);
  database_.execute("INSERT INTO audit_read (sequence, body, hash) VALUES (?1, ?2, ?3)", head.size, body, head.head);
  position_.reads = head;
}

}  // namespace decapod::ledger
