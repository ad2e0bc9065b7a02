#include "store.h"

#include <decapod/storage/failure.h>

namespace decapod::policy::store {
namespace {

using storage::Rows;

Sha256 digest_in(Rows const& rows, int column) {
  auto const digest = sha256_from(rows.blob(column));
  if (!digest) throw storage::Failure(ErrorCode::corrupt, 0, "a policy table has a digest that is none");
  return *digest;
}

// id, key, statement, signature, at.
Grant grant_in(Rows const& rows) {
  return {.id = rows.text(0),
          .key = rows.integer(1),
          .statement = {.text = rows.text(2), .signature = rows.text(3)},
          .at = rows.time(4)};
}

template <class... Arguments>
std::vector<Grant> grants(Database& database, std::string_view sql, Arguments const&... arguments) {
  std::vector<Grant> found;
  auto rows = database.query(sql, arguments...);
  while (rows.next()) found.push_back(grant_in(rows));
  return found;
}

template <class... Arguments>
std::optional<Grant> one_grant(Database& database, std::string_view sql, Arguments const&... arguments) {
  auto rows = database.query(sql, arguments...);
  if (!rows.next()) return std::nullopt;
  return grant_in(rows);
}

Activation activation_in(Rows const& rows) {
  return {.sequence = rows.integer(0),
          .id = digest_in(rows, 1),
          .hash = digest_in(rows, 2),
          .document = rows.text(3),
          .key = rows.integer(4),
          .statement = {.text = rows.text(5), .signature = rows.text(6)},
          .at = rows.time(7)};
}

}  // namespace

std::vector<Key> keys(Database& database) {
  std::vector<Key> found;
  auto rows = database.query("SELECT number, key, statement, signature, at FROM policy_key ORDER BY number");
  while (rows.next()) {
    found.push_back({.number = rows.integer(0),
                     .key = rows.text(1),
                     .statement = {.text = rows.text(2), .signature = rows.text(3)},
                     .at = rows.time(4)});
  }
  return found;
}

void insert(Database& database, Key const& key) {
  database.execute("INSERT INTO policy_key (number, key, statement, signature, at) VALUES (?, ?, ?, ?, ?)", key.number,
                   key.key, key.statement.text, key.statement.signature, key.at);
}

std::optional<Newest> in_force(Database& database) {
  auto rows = database.query("SELECT sequence, id FROM policy_activation ORDER BY sequence DESC LIMIT 1");
  if (!rows.next()) return std::nullopt;
  return Newest{.sequence = rows.integer(0), .id = digest_in(rows, 1)};
}

std::optional<Activation> newest_activation(Database& database) {
  auto rows = database.query(
      "SELECT sequence, id, hash, document, key, statement, signature, at FROM policy_activation"
      " ORDER BY sequence DESC LIMIT 1");
  if (!rows.next()) return std::nullopt;
  return activation_in(rows);
}

std::vector<Activation> activations(Database& database) {
  std::vector<Activation> found;
  auto rows = database.query(
      "SELECT sequence, id, hash, document, key, statement, signature, at FROM policy_activation ORDER BY sequence");
  while (rows.next()) found.push_back(activation_in(rows));
  return found;
}

void insert(Database& database, Activation const& activation) {
  database.execute(
      "INSERT INTO policy_activation (sequence, id, hash, document, key, statement, signature, at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      activation.sequence, activation.id, activation.hash, activation.document, activation.key,
      activation.statement.text, activation.statement.signature, activation.at);
}

void insert_approval(Database& database, Grant const& grant, std::string_view operation, std::string_view digest) {
  database.execute(
      "INSERT INTO policy_approval (id, operation, digest, key, statement, signature, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      grant.id, operation, digest, grant.key, grant.statement.text, grant.statement.signature, grant.at);
}

void insert_token(Database& database, Grant const& grant) {
  database.execute("INSERT INTO policy_token (id, key, statement, signature, at) VALUES (?, ?, ?, ?, ?)", grant.id,
                   grant.key, grant.statement.text, grant.statement.signature, grant.at);
}

std::optional<Grant> approval(Database& database, std::string_view id) {
  return one_grant(database, "SELECT id, key, statement, signature, at FROM policy_approval WHERE id = ?", id);
}

std::optional<Grant> token(Database& database, std::string_view id) {
  return one_grant(database, "SELECT id, key, statement, signature, at FROM policy_token WHERE id = ?", id);
}

ApprovalColumns approval_columns(Database& database, std::string_view id) {
  auto rows = database.query("SELECT operation, digest FROM policy_approval WHERE id = ?", id);
  if (!rows.next()) return {};
  return {.operation = rows.text(0), .digest = rows.text(1)};
}

std::vector<Grant> approvals_for(Database& database, std::string_view operation, std::string_view digest) {
  return grants(database,
                "SELECT id, key, statement, signature, at FROM policy_approval WHERE operation = ? AND digest = ?"
                " ORDER BY number",
                operation, digest);
}

std::vector<Grant> newest_approvals(Database& database, std::string_view before, std::int64_t limit) {
  return grants(database,
                "SELECT id, key, statement, signature, at FROM policy_approval"
                " WHERE ?1 = '' OR number < (SELECT number FROM policy_approval WHERE id = ?1)"
                " ORDER BY number DESC LIMIT ?2",
                before, limit);
}

std::vector<Grant> newest_tokens(Database& database, std::int64_t limit) {
  return grants(database, "SELECT id, key, statement, signature, at FROM policy_token ORDER BY number DESC LIMIT ?",
                limit);
}

std::int64_t count_uses(Database& database, std::string_view approval) {
  auto rows = database.query("SELECT count(*) FROM policy_use WHERE approval = ?", approval);
  return rows.next() ? rows.integer(0) : 0;
}

std::int64_t highest_use(Database& database, std::string_view approval) {
  auto rows = database.query("SELECT coalesce(max(number), 0) FROM policy_use WHERE approval = ?", approval);
  return rows.next() ? rows.integer(0) : 0;
}

std::vector<Use> uses(Database& database, std::string_view approval) {
  std::vector<Use> found;
  auto rows = database.query("SELECT number, at, actor, request_id FROM policy_use WHERE approval = ? ORDER BY number",
                             approval);
  while (rows.next()) {
    found.push_back({.number = rows.integer(0), .at = rows.time(1), .actor = rows.text(2), .request_id = rows.text(3)});
  }
  return found;
}

void insert(Database& database, std::string_view approval, Use const& use) {
  database.execute("INSERT INTO policy_use (approval, number, at, actor, request_id) VALUES (?, ?, ?, ?, ?)", approval,
                   use.number, use.at, use.actor, use.request_id);
}

bool is_revoked(Database& database, std::string_view id) {
  auto rows = database.query("SELECT 1 FROM policy_revocation WHERE id = ?", id);
  return rows.next();
}

void insert_revocation(Database& database, Grant const& revocation) {
  database.execute("INSERT INTO policy_revocation (id, key, statement, signature, at) VALUES (?, ?, ?, ?, ?)",
                   revocation.id, revocation.key, revocation.statement.text, revocation.statement.signature,
                   revocation.at);
}

std::vector<Grant> revocations(Database& database) {
  return grants(database, "SELECT id, key, statement, signature, at FROM policy_revocation ORDER BY id");
}

}  // namespace decapod::policy::store
