#include "store.h"

#include <decapod/base/digest.h>
#include <decapod/storage/failure.h>

#include <algorithm>
#include <map>
#include <utility>

#include "rules.h"

namespace decapod::workunit::store {
namespace {

template <class T>
std::optional<T> read_body(std::string_view text) {
  auto const document = parse_json(text, "the body");
  if (!document) return std::nullopt;
  auto value = codec::decode<T>(*document, codec::Unknown::refuse);
  if (!value) return std::nullopt;
  return *std::move(value);
}

template <class T>
std::string body_of(T const& value) {
  return to_text(codec::encode(value));
}

// Only what is spelled, to the byte, as this subsystem spells it.
template <class T>
std::optional<T> read_strictly(std::string_view text) {
  auto value = read_body<T>(text);
  if (value && body_of(*value) != text) value.reset();
  return value;
}

template <class T>
T believe(std::string_view text, std::string_view what) {
  auto value = read_body<T>(text);
  if (!value) {
    throw storage::Failure(ErrorCode::corrupt, 0, std::string(what) + " in the store cannot be read");
  }
  return *std::move(value);
}

}  // namespace

std::optional<StoredUnit> find(Database& database, std::string_view id) {
  auto rows = database.query("SELECT number, body FROM workunit_unit WHERE id = ?", id);
  if (!rows.next()) return std::nullopt;
  return StoredUnit{.number = rows.integer(0), .unit = believe<Unit>(rows.view(1), "a work unit")};
}

StoredUnit insert(Database& database, Unit unit) {
  database.execute("INSERT INTO workunit_unit (id, state, body) VALUES (?, ?, ?)", unit.id, to_text(unit.state),
                   body_of(unit));
  return *find(database, unit.id);
}

void save(Database& database, StoredUnit const& stored) {
  database.execute("UPDATE workunit_unit SET state = ?, body = ? WHERE number = ?", to_text(stored.unit.state),
                   body_of(stored.unit), stored.number);
}

std::vector<Unit> list(Database& database, std::optional<State> state, std::string_view after, std::int64_t limit) {
  std::vector<Unit> units;
  auto const take = [&](storage::Rows& rows) {
    while (rows.next()) units.push_back(believe<Unit>(rows.view(0), "a work unit"));
  };
  if (state) {
    auto rows = database.query("SELECT body FROM workunit_unit WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
                               to_text(*state), after, limit);
    take(rows);
  } else {
    auto rows = database.query("SELECT body FROM workunit_unit WHERE id > ? ORDER BY id LIMIT ?", after, limit);
    take(rows);
  }
  return units;
}

std::vector<Proof> newest_proofs(Database& database, std::int64_t unit, std::int64_t limit) {
  std::vector<Proof> found;
  auto rows =
      database.query("SELECT body FROM workunit_proof WHERE unit = ? ORDER BY number DESC LIMIT ?", unit, limit);
  while (rows.next()) found.push_back(believe<Proof>(rows.view(0), "a proof"));
  return found;
}

std::vector<Proof> deciding_proofs(Database& database, StoredUnit const& stored, std::string_view tree,
                                   std::span<std::string const> trusted) {
  std::map<std::int64_t, Proof> found;
  // Until one that counts.
  auto const take = [&](storage::Rows& rows) {
    while (rows.next()) {
      auto const number = rows.integer(0);
      auto const [kept, added] = found.insert_or_assign(number, believe<Proof>(rows.view(1), "a proof"));
      if (rules::counts(kept->second, trusted)) return;
    }
  };
  for (auto const& gate : stored.unit.plan) {
    auto const command = command_hash(gate.command);
    for (auto const level : reflect::enum_values<Level>) {
      auto rows = database.query(
          "SELECT number, body FROM workunit_proof WHERE unit = ? AND gate = ? AND level = ? AND tree = ?"
          " AND command = ? ORDER BY number DESC",
          stored.number, gate.name, to_text(level), tree, command);
      take(rows);
      auto failures = database.query(
          "SELECT number, body FROM workunit_proof WHERE unit = ? AND level = ? AND tree = ? AND command = ?"
          " AND outcome = 'failed' ORDER BY number DESC",
          stored.number, to_text(level), tree, command);
      take(failures);
    }
    auto rows = database.query(
        "SELECT number, body FROM workunit_proof WHERE unit = ? AND gate = ? AND outcome = 'passed'"
        " ORDER BY number DESC LIMIT 1",
        stored.number, gate.name);
    take(rows);
  }
  std::vector<Proof> ordered;
  for (auto& [number, proof] : found) ordered.push_back(std::move(proof));
  // The marker is a part of what a proof's id is the hash of; the number is only where it lies.
  std::ranges::stable_sort(ordered, {}, [](Proof const& proof) { return order_of(proof.marker); });
  return ordered;
}

std::vector<Proof> counting_proofs(Database& database, StoredUnit const& stored) {
  std::vector<Proof> found;
  for (auto const& gate : stored.unit.plan) {
    for (auto const level : reflect::enum_values<Level>) {
      auto rows = database.query(
          "SELECT body FROM workunit_proof WHERE unit = ? AND gate = ? AND level = ? ORDER BY number DESC LIMIT 1",
          stored.number, gate.name, to_text(level));
      if (rows.next()) found.push_back(believe<Proof>(rows.view(0), "a proof"));
    }
  }
  return found;
}

std::optional<Proof> newest_unsigned(Database& database, StoredUnit const& stored, std::string_view gate,
                                     std::optional<std::string> const& tree) {
  auto const planned = std::ranges::find(stored.unit.plan, gate, &PlannedGate::name);
  if (planned == stored.unit.plan.end()) return std::nullopt;
  auto rows = database.query(
      "SELECT body FROM workunit_proof WHERE unit = ?1 AND gate = ?2 AND level <> 'reproduced' AND command = ?3"
      " AND (?4 IS NULL OR tree = ?4) ORDER BY number DESC LIMIT 1",
      stored.number, gate, command_hash(planned->command), tree);
  if (!rows.next()) return std::nullopt;
  return believe<Proof>(rows.view(0), "a proof");
}

std::optional<Proof> find_proof(Database& database, std::string_view id) {
  auto rows = database.query("SELECT body FROM workunit_proof WHERE id = ?", id);
  if (!rows.next()) return std::nullopt;
  return believe<Proof>(rows.view(0), "a proof");
}

std::int64_t count_proofs(Database& database, std::int64_t unit) {
  auto rows = database.query("SELECT count(*) FROM workunit_proof WHERE unit = ?", unit);
  return rows.next() ? rows.integer(0) : 0;
}

void add_proof(Database& database, std::int64_t unit, Proof const& proof) {
  database.execute(
      "INSERT INTO workunit_proof (unit, id, gate, level, outcome, tree, command, body)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      unit, proof.id, proof.gate, to_text(proof.level), to_text(proof.outcome), proof.at.tree,
      command_hash(proof.command), body_of(proof));
}

bool has_attestation(Database& database, std::int64_t unit, Attestation const& attestation) {
  auto rows =
      database.query("SELECT body FROM workunit_proof WHERE unit = ? AND level = 'reproduced' ORDER BY number", unit);
  while (rows.next()) {
    auto const proof = believe<Proof>(rows.view(0), "a proof");
    if (proof.attestation && proof.attestation->text == attestation.text) return true;
  }
  return false;
}

std::pair<std::uint64_t, std::uint64_t> order_of(std::string const& marker) {
  auto const read = marker_from(marker);
  return read ? std::pair(read->epoch, read->commit_seq) : std::pair<std::uint64_t, std::uint64_t>();
}

std::string command_hash(std::vector<std::string> const& command) {
  return hex(sha256(to_text(codec::encode(command))));
}

std::vector<RawUnit> raw_units(Database& database) {
  std::vector<RawUnit> units;
  auto rows = database.query("SELECT number, id, state, body FROM workunit_unit ORDER BY number");
  while (rows.next()) {
    units.push_back({.number = rows.integer(0),
                     .id = rows.text(1),
                     .state = rows.text(2),
                     .unit = read_strictly<Unit>(rows.view(3))});
  }
  return units;
}

void each_raw_proof(Database& database, std::function<void(RawProof const&)> const& look) {
  std::int64_t at = 0;
  for (;;) {
    RawProof raw;
    {
      auto rows = database.query(
          "SELECT p.number, u.id, p.id, p.gate, p.level, p.outcome, p.tree, p.command, p.body FROM workunit_proof p"
          " JOIN workunit_unit u ON u.number = p.unit WHERE p.number > ? ORDER BY p.number LIMIT 1",
          at);
      if (!rows.next()) return;
      at = rows.integer(0);
      raw = {.number = at,
             .unit = rows.text(1),
             .id = rows.text(2),
             .gate = rows.text(3),
             .level = rows.text(4),
             .outcome = rows.text(5),
             .tree = rows.text(6),
             .command = rows.text(7),
             .proof = read_strictly<Proof>(rows.view(8))};
    }
    look(raw);
  }
}

}  // namespace decapod::workunit::store
