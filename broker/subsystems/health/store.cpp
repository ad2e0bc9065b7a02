#include "store.h"

#include <decapod/base/reflect.h>

namespace decapod::health::store {
namespace {

// About ten milliseconds of work.
constexpr std::int64_t kLookedAtMost = 2'000;
// More than any actor can have verified, so that counting further changes no level.
constexpr std::int64_t kCountedMost = 10'000;

template <class E>
E read_enum(storage::Rows const& rows, int column) {
  return from_text<E>(rows.view(column)).value_or(E{});
}

Vouched read_vouched(storage::Rows const& rows, int column) {
  return rows.integer(column) == 1 ? Vouched::yes : Vouched::no;
}

std::string key_of(std::string_view kind, std::string_view id, std::string_view text) {
  return "health/" + std::string(kind) + '/' + std::string(id) + '/' + hex(sha256(text));
}

constexpr std::string_view kColumns =
    "SELECT c.number, c.id, c.subject, c.statement, c.surface, c.fresh_for, c.actor, c.created_at, c.retracted_at,"
    " c.retract_reason, c.counts_as, p.surface, p.result, p.at, p.fresh_for, p.vouched,"
    " p.latest, p.latest_own FROM health_claim c"
    " LEFT JOIN health_proof p ON p.claim = c.number AND (p.latest = 1 OR p.latest_own = 1)";

Claim row_to_claim(storage::Rows const& rows) {
  return {.number = rows.integer(0),
          .id = rows.text(1),
          .subject = rows.text(2),
          .statement = rows.text(3),
          .surface = rows.text(4),
          .fresh_for = Millis(rows.integer(5)),
          .actor = rows.text(6),
          .created_at = rows.time(7),
          .retracted_at = rows.optional_time(8),
          .retract_reason = rows.optional_text(9).value_or(""),
          .counts_as = rows.is_null(10) ? State::asserted : read_enum<State>(rows, 10)};
}

void take_proof(storage::Rows const& rows, Claim& claim) {
  if (rows.is_null(11)) return;
  rules::Latest const one{.surface = rows.text(11),
                          .result = read_enum<Outcome>(rows, 12),
                          .at = rows.time(13),
                          .fresh_for = Millis(rows.integer(14)),
                          .vouched = read_vouched(rows, 15)};
  if (rows.integer(16) == 1) claim.latest.push_back(one);
  if (rows.integer(17) == 1) claim.latest_own.push_back(one);
}

// Rows of one claim stand together.
void walk(storage::Rows& rows, std::function<Go(Claim const&)> const& take) {
  std::optional<Claim> claim;
  while (rows.next()) {
    if (claim && claim->number != rows.integer(0)) {
      if (take(*claim) == Go::stop) return;
      claim.reset();
    }
    if (!claim) claim = row_to_claim(rows);
    take_proof(rows, *claim);
  }
  if (claim) take(*claim);
}

std::int64_t number_of(storage::Rows rows) {
  rows.next();
  return rows.integer(0);
}

}  // namespace

std::string claim_key(std::string_view id) {
  return std::string(kClaims.key) + std::string(id);
}

rules::Worth Claim::worth(Timestamp now) const {
  auto worth = rules::worth_of(surface, latest, judged_at(now));
  if (retracted_at) worth.stale_at.reset();
  return worth;
}

rules::Worth Claim::counted(Timestamp now) const {
  auto const at = judged_at(now);
  return rules::counted(rules::worth_of(surface, latest, at), rules::worth_of(surface, latest_own, at));
}

std::string said_key(Claim const& claim) {
  return key_of("said", claim.id,
                to_text(json::array{claim.subject, claim.statement, claim.surface, claim.fresh_for.count(), claim.actor,
                                    claim.created_at.ms}));
}

std::string proof_key(std::string_view id, ProofView const& proof) {
  return key_of("proof", id, to_text(codec::encode(proof)));
}

void each(Database& database, Range const& range, std::function<Go(Claim const&)> const& take) {
  std::string sql = std::string(kColumns) + " WHERE c.number < ?1 AND c.number >= ?2";
  if (range.actor) sql += " AND c.actor = ?3";
  if (range.subject) sql += " AND c.subject = ?4";
  // All parameters are there in each form.
  sql += " AND ?3 IS ?3 AND ?4 IS ?4 ORDER BY c.number DESC, p.number";
  auto rows = database.query(sql, range.before, range.from, range.actor, range.subject);
  walk(rows, take);
}

std::optional<Claim> find(Database& database, std::int64_t number) {
  static std::string const sql = std::string(kColumns) + " WHERE c.number = ? ORDER BY p.number";
  std::optional<Claim> found;
  auto rows = database.query(sql, number);
  walk(rows, [&](Claim const& claim) {
    found = claim;
    return Go::on;
  });
  return found;
}

std::optional<std::string> same_claim(Database& database, Claim const& claim) {
  auto rows = database.query(
      "SELECT id FROM health_claim WHERE actor = ? AND subject = ? AND statement = ? AND surface = ? AND"
      " retracted_at IS NULL",
      claim.actor, claim.subject, claim.statement, claim.surface);
  if (!rows.next()) return std::nullopt;
  return rows.text(0);
}

std::int64_t count_live(Database& database, std::string_view actor) {
  return number_of(database.query(
      "SELECT count(*) FROM (SELECT 1 FROM health_claim WHERE actor = ? AND retracted_at IS NULL LIMIT ?)", actor,
      kClaimsOfActorMax));
}

std::int64_t insert(Database& database, Claim const& claim) {
  auto rows = database.query(
      "INSERT INTO health_claim (id, subject, statement, surface, fresh_for, actor, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
      claim.id, claim.subject, claim.statement, claim.surface, claim.fresh_for.count(), claim.actor, claim.created_at);
  rows.next();
  auto const number = rows.integer(0);
  rows.next();
  return number;
}

void retract(Database& database, Claim const& claim) {
  database.execute("UPDATE health_claim SET retracted_at = ?, retract_reason = ?, counts_as = ? WHERE number = ?",
                   claim.retracted_at, claim.retract_reason, to_text(claim.counts_as), claim.number);
}

std::int64_t add_proof(Database& database, Claim const& claim, ProofView const& proof) {
  bool const own = proof.actor == claim.actor;
  database.execute("UPDATE health_proof SET latest = 0 WHERE claim = ? AND surface = ? AND latest = 1", claim.number,
                   proof.surface);
  if (own) {
    database.execute("UPDATE health_proof SET latest_own = 0 WHERE claim = ? AND surface = ? AND latest_own = 1",
                     claim.number, proof.surface);
  }
  std::optional<Sha256> output;
  if (proof.output_sha256) output = sha256_from_hex(*proof.output_sha256);
  auto rows = database.query(
      "INSERT INTO health_proof (claim, at, actor, surface, result, fresh_for, vouched, command, exit_code,"
      " output_sha256, commit_hash, latest, latest_own) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) RETURNING "
      "number",
      claim.number, proof.at, proof.actor, proof.surface, to_text(proof.result), proof.fresh_for.count(),
      proof.vouched == Vouched::yes, proof.command, proof.exit_code, output, proof.commit, own);
  rows.next();
  auto const number = rows.integer(0);
  rows.next();
  return number;
}

std::vector<ProofView> proofs(Database& database, std::int64_t claim, std::int64_t limit) {
  std::vector<ProofView> found;
  auto rows = database.query(
      "SELECT number, at, actor, surface, result, fresh_for, vouched, command, exit_code, output_sha256, commit_hash"
      " FROM health_proof"
      " WHERE claim = ? ORDER BY number DESC LIMIT ?",
      claim, limit);
  while (rows.next()) {
    ProofView proof{.number = rows.integer(0),
                    .at = rows.time(1),
                    .actor = rows.text(2),
                    .surface = rows.text(3),
                    .result = read_enum<Outcome>(rows, 4),
                    .fresh_for = Millis(rows.integer(5)),
                    .vouched = read_vouched(rows, 6),
                    .command = rows.optional_text(7),
                    .exit_code = rows.optional_integer(8),
                    .output_sha256 = std::nullopt,
                    .commit = rows.optional_text(10)};
    if (!rows.is_null(9)) proof.output_sha256 = hex(rows.blob(9));
    found.push_back(std::move(proof));
  }
  return found;
}

std::int64_t count_proofs(Database& database, std::int64_t claim) {
  return number_of(database.query("SELECT count(*) FROM health_proof WHERE claim = ?", claim));
}

std::optional<std::int64_t> end_of_stretch(Database& database, std::int64_t before) {
  auto rows = database.query("SELECT number FROM health_claim WHERE number < ? ORDER BY number DESC LIMIT 2 OFFSET ?",
                             before, kLookedAtMost - 1);
  if (!rows.next()) return std::nullopt;
  auto const end = rows.integer(0);
  return rows.next() ? std::optional(end) : std::nullopt;
}

Judged standing_of(Database& database, std::string const& actor, Timestamp now) {
  Judged judged{.standing = {.actor = actor}, .until = std::nullopt};
  auto& standing = judged.standing;
  {
    static std::string const sql =
        std::string(kColumns) + " WHERE c.actor = ? AND c.retracted_at IS NULL ORDER BY c.number, p.number";
    auto rows = database.query(sql, actor);
    walk(rows, [&](Claim const& claim) {
      auto const worth = claim.counted(now);
      rules::count(standing, worth.state, worth.vouched);
      if (worth.stale_at && (!judged.until || *worth.stale_at < *judged.until)) judged.until = worth.stale_at;
      return Go::on;
    });
  }
  for (auto const state : reflect::enum_values<State>) {
    auto const retracted = number_of(
        database.query("SELECT count(*) FROM (SELECT 1 FROM health_claim WHERE actor = ? AND counts_as = ? AND"
                       " retracted_at IS NOT NULL LIMIT ?)",
                       actor, to_text(state), kCountedMost));
    for (std::int64_t i = 0; i < retracted; ++i) rules::count(standing, state, Vouched::no);
  }
  standing.level = rules::level_of(standing);
  return judged;
}

std::vector<std::string> actors(Database& database, std::int64_t limit) {
  std::vector<std::string> found;
  auto rows = database.query("SELECT actor FROM health_claim GROUP BY actor ORDER BY max(number) DESC LIMIT ?", limit);
  while (rows.next()) found.push_back(rows.text(0));
  return found;
}

}  // namespace decapod::health::store
