#pragma once
// What somebody says and signs. One form for all: the kind and the store are part of what is signed, so that a
// signature given for one thing can never stand for another.

#include <decapod/base/clock.h>
#include <decapod/base/digest.h>
#include <decapod/base/json.h>
#include <decapod/governance/keys.h>

#include <boost/describe.hpp>

#include <string>

namespace decapod::governance {

// Append-only: the published names are signed.
enum class StatementKind : std::uint8_t {
  key_pin,          // the first key of a store, signed by itself
  key_replacement,  // the next key, signed by the one before
  policy_activation,
  approval,
  trust,
  revocation,   // of an approval or a trust token
  proof,        // a gate was run again, and this came out
  lineage,      // what a promotion rests on
  restoration,  // of a store whose own policy cannot be asked any more
};
BOOST_DESCRIBE_ENUM(StatementKind, key_pin, key_replacement, policy_activation, approval, trust, revocation, proof,
                    lineage, restoration)

// A statement with its signature, as it travels and is stored. `text` is what was signed, to the byte.
struct Signed {
  std::string text;       // canonical JSON: body, issued_at, key, kind, store
  std::string signature;  // 128 hex digits
  friend bool operator==(Signed const&, Signed const&) = default;
};
BOOST_DESCRIBE_STRUCT(Signed, (), (text, signature))

inline constexpr std::int64_t kStatementBytesMax = 512 * 1024;

struct Statement {
  StatementKind kind = StatementKind::approval;
  std::string store;  // UUID of the store that it is for
  PublicKey key;      // of the signer
  Timestamp issued_at;
  json::object body;  // statements.h has the shape of each kind
};

Signed sign(SecretKey const& key, StatementKind kind, std::string store, Timestamp issued_at, json::object body);

// Reads without believing: who says it and what, for messages. signature_invalid: it is no statement.
Result<Statement> read(Signed const& statement);

// The statement, if `key` has signed exactly this text, for this kind and this store. signature_invalid, with
// details.reason: not_a_statement, other_kind, other_store, other_key, altered.
Result<Statement> verify(Signed const& statement, StatementKind kind, std::string_view store, PublicKey const& key);

// Names a statement: SHA-256 over its text.
Sha256 id_of(Signed const& statement);

}  // namespace decapod::governance
