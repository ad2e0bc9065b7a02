#pragma once
// What the body of each kind of statement says. Decoded strictly: an unknown or missing member is signature_invalid.

#include <decapod/base/clock.h>
#include <decapod/base/codec.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/vocabulary.h>

#include <string>

namespace decapod::governance {

// The first key of a store (signed by itself), and each that replaces one (signed by the one before).
struct KeyChange {
  std::int64_t number = 0;  // 1, 2, 3, ...
  std::string key;          // 64 hex digits: in force from here on
};
BOOST_DESCRIBE_STRUCT(KeyChange, (), (number, key))

struct PolicyActivation {
  std::int64_t sequence = 0;  // greater than that of every activation before: an old one cannot be played again
  std::string policy;         // hex: hash_of() the document
};
BOOST_DESCRIBE_STRUCT(PolicyActivation, (), (sequence, policy))

struct Approval {
  std::string operation;    // "todo.archive"
  std::string digest;       // hex: parameters_digest() of what may be asked
  json::object parameters;  // the same in full, for whoever signs; empty if they were too long
  std::string approver;     // the actor that signed; never the one who may use it
  std::string beneficiary;  // the actor that may use it; "*": any but the approver
  std::int64_t uses = 1;
  Timestamp expires;
};
BOOST_DESCRIBE_STRUCT(Approval, (), (operation, digest, parameters, approver, beneficiary, uses, expires))

struct TrustGrant {
  std::string actor;
  std::string session;
  Trust trust = Trust::basic;
  std::string secret;  // hex: SHA-256 of what the token's bearer has to show
  Timestamp expires;
};
BOOST_DESCRIBE_STRUCT(TrustGrant, (), (actor, session, trust, secret, expires))

// That a snapshot may take the place of a store that is lost. For no store in particular (store ""): the digest names
// the snapshot, and whoever signs knows no more of it.
struct Restoration {
  std::string snapshot;  // hex: SHA-256 of the file
};
BOOST_DESCRIBE_STRUCT(Restoration, (), (snapshot))

struct Revocation {
  std::string id;  // of an approval ("ap-...") or a trust token ("tr-...")
};
BOOST_DESCRIBE_STRUCT(Revocation, (), (id))

// What a promotion rests on, as the store recorded it.
struct LineageSeal {
  std::string promotion;  // "p-1f0c8e2a94b7d035"
  std::string digest;     // hex: SHA-256 over the lineage's canonical bytes
  std::string record;     // hex: of the record of the trail that the promotion left
};
BOOST_DESCRIBE_STRUCT(LineageSeal, (), (promotion, digest, record))

// What an approval is for: the operation, and the meaning of its arguments (RequestType's canonical form without what
// was merely observed).
Sha256 parameters_digest(std::string_view operation, json::object const& meaning);

// The body of a statement that was verified.
template <reflect::Struct Body>
Result<Body> body_of(Statement const& statement) {
  auto body = codec::decode<Body>(statement.body, codec::Unknown::refuse);
  if (!body) {
    return fail(ErrorCode::signature_invalid, "the signed statement cannot be understood: " + body.error().message,
                {{"reason", "not_a_statement"}});
  }
  return body;
}

}  // namespace decapod::governance
