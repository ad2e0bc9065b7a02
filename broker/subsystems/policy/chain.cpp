#include "chain.h"

#include <decapod/governance/statements.h>

#include "recorded.h"
#include "store.h"

namespace decapod::policy {
namespace {

using governance::PublicKey;
using governance::StatementKind;

Error broken(std::int64_t number, std::string const& why) {
  auto error =
      fail(ErrorCode::policy_invalid,
           "the operator's key number " + std::to_string(number) + " in the store is not to be trusted: " + why,
           {{"key", number}});
  error.hint =
      "keep a copy of the state directory as evidence; the operator goes back to a snapshot: `decapod broker restore "
      "FILE --key KEYFILE`";
  return error;
}

Result<PublicKey> next_key(store::Key const& row, std::int64_t number, std::vector<PublicKey> const& before,
                           std::string_view store_uuid) {
  auto const key = governance::public_key_from_hex(row.key);
  if (row.number != number || !key) return broken(row.number, "the history of keys has a gap");
  auto const kind = before.empty() ? StatementKind::key_pin : StatementKind::key_replacement;
  auto const statement = governance::verify(row.statement, kind, store_uuid, before.empty() ? *key : before.back());
  if (!statement) return broken(number, statement.error().message);
  auto const change = governance::body_of<governance::KeyChange>(*statement);
  if (!change || change->number != number || change->key != row.key) {
    return broken(number, "another key was signed than the one that is stored");
  }
  return *key;
}

}  // namespace

Result<std::vector<PublicKey>> key_chain(contract::Context& context) {
  std::vector<PublicKey> chain;
  for (auto const& row : store::keys(context.store())) {
    auto const number = static_cast<std::int64_t>(chain.size()) + 1;
    DECAPOD_TRY(auto const key, next_key(row, number, chain, context.facts().store_uuid));
    chain.push_back(key);
  }
  // The newest one may have been removed, so that the one before counts again.
  auto const next = static_cast<std::int64_t>(chain.size()) + 1;
  if (recorded::is_named(context.store(), recorded::Kind::key, std::to_string(next))) {
    return broken(next, "the trail says that it was pinned, and it is gone");
  }
  return chain;
}

Result<CurrentKey> current_key(contract::Context& context) {
  DECAPOD_TRY(auto const chain, key_chain(context));
  if (chain.empty()) return fail(ErrorCode::operator_unknown, "no operator's key is pinned in this store");
  return CurrentKey{.key = chain.back(), .number = static_cast<std::int64_t>(chain.size())};
}

Result<Spoken> heard(contract::Context& context, std::optional<governance::Signed> const& statement,
                     StatementKind kind) {
  if (!statement) {
    return fail(ErrorCode::signature_invalid, "this takes a statement that the operator has signed",
                {{"reason", "missing"}});
  }
  DECAPOD_TRY(auto const by, current_key(context));
  DECAPOD_TRY(auto said, governance::verify(*statement, kind, context.facts().store_uuid, by.key));
  return Spoken{.statement = std::move(said), .by = by};
}

std::string id_with(std::string_view prefix, governance::Signed const& statement) {
  return std::string(prefix) + hex(governance::id_of(statement)).substr(0, 16);
}

}  // namespace decapod::policy
