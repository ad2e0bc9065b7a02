#include "lasting.h"

#include <decapod/base/codec.h>
#include <decapod/governance/statements.h>

#include <algorithm>

#include "recorded.h"
#include "store.h"

namespace decapod::policy {
namespace {

using governance::Signed;
using storage::Database;

struct LastingKey {
  std::int64_t number = 0;
  std::string key;
  Signed statement;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(LastingKey, (), (number, key, statement, at))

struct LastingActivation {
  std::int64_t sequence = 0;
  std::string id;    // hex
  std::string hash;  // hex
  std::string document;
  std::int64_t key = 0;
  Signed statement;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(LastingActivation, (), (sequence, id, hash, document, key, statement, at))

struct LastingUse {
  std::int64_t number = 0;
  Timestamp at;
  std::string actor;
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(LastingUse, (), (number, at, actor, request_id))

// An approval, a token or a revocation; the first two columns and the uses are those of approvals.
struct LastingGrant {
  std::string operation;
  std::string digest;
  std::string id;
  std::int64_t key = 0;
  Signed statement;
  Timestamp at;
  std::vector<LastingUse> uses;
};
BOOST_DESCRIBE_STRUCT(LastingGrant, (), (operation, digest, id, key, statement, at, uses))

struct Everything {
  std::vector<LastingKey> keys;
  std::vector<LastingActivation> activations;
  std::vector<LastingGrant> approvals;
  std::vector<LastingGrant> tokens;
  std::vector<LastingGrant> revocations;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (keys, activations, approvals, tokens, revocations))

LastingGrant grant_of(store::Grant const& row) {
  return {.id = row.id, .key = row.key, .statement = row.statement, .at = row.at};
}

store::Grant row_of(LastingGrant const& grant) {
  return {.id = grant.id, .key = grant.key, .statement = grant.statement, .at = grant.at};
}

std::vector<LastingGrant> approvals_in(Database& database) {
  std::vector<LastingGrant> approvals;
  {
    auto rows = database.query(
        "SELECT operation, digest, id, key, statement, signature, at FROM policy_approval ORDER BY number");
    while (rows.next()) {
      approvals.push_back({.operation = rows.text(0),
                           .digest = rows.text(1),
                           .id = rows.text(2),
                           .key = rows.integer(3),
                           .statement = {.text = rows.text(4), .signature = rows.text(5)},
                           .at = rows.time(6)});
    }
  }
  for (auto& approval : approvals) {
    for (auto const& use : store::uses(database, approval.id)) {
      approval.uses.push_back({.number = use.number, .at = use.at, .actor = use.actor, .request_id = use.request_id});
    }
  }
  return approvals;
}

std::vector<LastingGrant> tokens_in(Database& database) {
  std::vector<LastingGrant> tokens;
  auto rows = database.query("SELECT id, key, statement, signature, at FROM policy_token ORDER BY number");
  while (rows.next()) {
    tokens.push_back({.id = rows.text(0),
                      .key = rows.integer(1),
                      .statement = {.text = rows.text(2), .signature = rows.text(3)},
                      .at = rows.time(4)});
  }
  return tokens;
}

Everything everything_in(Database& ending) {
  Everything all;
  for (auto const& row : store::keys(ending)) all.keys.push_back({row.number, row.key, row.statement, row.at});
  for (auto const& row : store::activations(ending)) {
    all.activations.push_back({row.sequence, hex(row.id), hex(row.hash), row.document, row.key, row.statement, row.at});
  }
  all.approvals = approvals_in(ending);
  all.tokens = tokens_in(ending);
  for (auto const& row : store::revocations(ending)) all.revocations.push_back(grant_of(row));
  return all;
}

json::object take(Database& ending) {
  return codec::encode(everything_in(ending)).as_object();
}

void clear(Database& staged) {
  for (auto const* statement :
       {"DELETE FROM policy_use", "DELETE FROM policy_revocation", "DELETE FROM policy_token",
        "DELETE FROM policy_approval", "DELETE FROM policy_activation", "DELETE FROM policy_key"}) {
    staged.execute(statement);
  }
}

void insert_all(Database& staged, Everything const& all) {
  for (auto const& row : all.keys) store::insert(staged, store::Key{row.number, row.key, row.statement, row.at});
  for (auto const& row : all.activations) {
    store::insert(staged, store::Activation{row.sequence, sha256_from_hex(row.id).value_or(Sha256{}),
                                            sha256_from_hex(row.hash).value_or(Sha256{}), row.document, row.key,
                                            row.statement, row.at});
  }
  for (auto const& approval : all.approvals) {
    store::insert_approval(staged, row_of(approval), approval.operation, approval.digest);
    for (auto const& use : approval.uses) {
      store::insert(staged, approval.id, store::Use{use.number, use.at, use.actor, use.request_id});
    }
  }
  for (auto const& row : all.tokens) store::insert_token(staged, row_of(row));
  for (auto const& row : all.revocations) store::insert_revocation(staged, row_of(row));
}

// What the snapshot has stays, and in its place; of what both have, the store that ends knows more.
template <class Row, class Name>
void merge(std::vector<Row>& staged, std::vector<Row> const& ending, Name name) {
  for (auto const& row : ending) {
    auto const same = std::ranges::find(staged, std::invoke(name, row), name);
    if (same == staged.end())
      staged.push_back(row);
    else
      *same = row;
  }
}

void merge_approvals(std::vector<LastingGrant>& staged, std::vector<LastingGrant> const& ending) {
  auto const before = staged;
  merge(staged, ending, &LastingGrant::id);
  for (auto const& had : before) {
    auto const now = std::ranges::find(staged, had.id, &LastingGrant::id);
    auto uses = had.uses;
    merge(uses, now->uses, &LastingUse::number);
    now->uses = std::move(uses);
  }
}

Result<void> put(Database& staged, json::object const& taken) {
  DECAPOD_TRY(auto const ending, codec::decode<Everything>(json::value(taken), codec::Unknown::ignore));
  auto all = everything_in(staged);
  merge(all.keys, ending.keys, &LastingKey::number);
  merge(all.activations, ending.activations, &LastingActivation::sequence);
  merge_approvals(all.approvals, ending.approvals);
  merge(all.tokens, ending.tokens, &LastingGrant::id);
  merge(all.revocations, ending.revocations, &LastingGrant::id);
  clear(staged);
  insert_all(staged, all);
  return {};
}

// The names of rows that no record has yet.
class Unrecorded {
 public:
  explicit Unrecorded(Database& staged) : staged_(staged) {}

  void look(recorded::Kind kind, std::string const& id, Timestamp at) {
    if (!recorded::is_named(staged_, kind, id)) {
      names_.push_back(recorded::carried_name(kind, id, recorded::columns(at)));
    }
  }
  // Those on record are the first ones: uses are numbered in the order in which they were made.
  void look_at_uses(LastingGrant const& approval) {
    auto const known = recorded::count_uses(staged_, approval.id);
    for (auto const& use : approval.uses) {
      if (use.number <= known) continue;
      names_.push_back(recorded::carried_name(recorded::Kind::use, approval.id + '/' + std::to_string(use.number),
                                              recorded::columns(use.at, use.actor, use.request_id)));
    }
  }
  std::vector<std::string> names() && { return std::move(names_); }

 private:
  Database& staged_;
  std::vector<std::string> names_;
};

std::vector<std::string> unrecorded(Database& staged) {
  using recorded::Kind;
  auto const all = everything_in(staged);
  Unrecorded found(staged);
  for (auto const& key : all.keys) found.look(Kind::key, std::to_string(key.number), key.at);
  for (auto const& row : all.activations) found.look(Kind::activation, std::to_string(row.sequence), row.at);
  for (auto const& approval : all.approvals) {
    found.look(Kind::approval, approval.id, approval.at);
    found.look_at_uses(approval);
  }
  for (auto const& token : all.tokens) found.look(Kind::token, token.id, token.at);
  for (auto const& revocation : all.revocations) found.look(Kind::revocation, revocation.id, revocation.at);
  return std::move(found).names();
}

}  // namespace

contract::Lasting const lasting{.take = &take, .put = &put, .unrecorded = &unrecorded};

}  // namespace decapod::policy
