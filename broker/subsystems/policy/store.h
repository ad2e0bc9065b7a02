#pragma once
// The tables of the policy. Rows as they are stored: nothing here says that they are true. Throws storage::Failure.

#include <decapod/base/digest.h>
#include <decapod/governance/statement.h>
#include <decapod/storage/database.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::policy::store {

using storage::Database;

struct Key {
  std::int64_t number = 0;
  std::string key;  // hex
  governance::Signed statement;
  Timestamp at;
};
std::vector<Key> keys(Database& database);  // by number
void insert(Database& database, Key const& key);

struct Activation {
  std::int64_t sequence = 0;
  Sha256 id;
  Sha256 hash;
  std::string document;
  std::int64_t key = 0;
  governance::Signed statement;
  Timestamp at;
};
// The newest activation and SHA-256 of its statement; nullopt: nobody has activated any. Cheap: one row.
struct Newest {
  std::int64_t sequence = 0;
  Sha256 id;
};
std::optional<Newest> in_force(Database& database);
std::optional<Activation> newest_activation(Database& database);
std::vector<Activation> activations(Database& database);  // by sequence
void insert(Database& database, Activation const& activation);

// An approval or a token: found by what is in its columns, true by its statement.
struct Grant {
  std::string id;
  std::int64_t key = 0;
  governance::Signed statement;
  Timestamp at;
};
// Approvals have an operation and a digest to be found by.
void insert_approval(Database& database, Grant const& grant, std::string_view operation, std::string_view digest);
void insert_token(Database& database, Grant const& grant);
std::optional<Grant> approval(Database& database, std::string_view id);
std::optional<Grant> token(Database& database, std::string_view id);
// What an approval is found by; empty if there is none.
struct ApprovalColumns {
  std::string operation;
  std::string digest;  // hex
};
ApprovalColumns approval_columns(Database& database, std::string_view id);
// Oldest first.
std::vector<Grant> approvals_for(Database& database, std::string_view operation, std::string_view digest);
// Newest first; `before` is an id, "" from the newest on.
std::vector<Grant> newest_approvals(Database& database, std::string_view before, std::int64_t limit);
std::vector<Grant> newest_tokens(Database& database, std::int64_t limit);

struct Use {
  std::int64_t number = 0;
  Timestamp at;
  std::string actor;
  std::string request_id;
};
std::int64_t count_uses(Database& database, std::string_view approval);
std::int64_t highest_use(Database& database, std::string_view approval);  // its number; 0: none
std::vector<Use> uses(Database& database, std::string_view approval);     // by number
void insert(Database& database, std::string_view approval, Use const& use);

bool is_revoked(Database& database, std::string_view id);
void insert_revocation(Database& database, Grant const& revocation);  // its id is that of what it ends
std::vector<Grant> revocations(Database& database);

}  // namespace decapod::policy::store
