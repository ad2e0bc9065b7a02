#include <decapod/base/codec.h>
#include <decapod/governance/canonical_json.h>
#include <decapod/governance/statement.h>
#include <decapod/governance/statements.h>

namespace decapod::governance {
namespace {

// The members of `text`.
struct Envelope {
  json::object body;
  Timestamp issued_at;
  std::string key;
  StatementKind kind = StatementKind::approval;
  std::string store;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (body, issued_at, key, kind, store))

Error invalid(std::string message, std::string_view reason) {
  return fail(ErrorCode::signature_invalid, std::move(message), {{"reason", reason}});
}

// What is signed: no text of another protocol, and of another kind of statement, begins like this.
std::string signed_bytes(StatementKind kind, std::string_view text) {
  return "decapod statement v1\n" + std::string(to_text(kind)) + '\n' + std::string(text);
}

}  // namespace

Signed sign(SecretKey const& key, StatementKind kind, std::string store, Timestamp issued_at, json::object body) {
  Envelope const envelope{.body = std::move(body),
                          .issued_at = issued_at,
                          .key = to_hex(key.public_key()),
                          .kind = kind,
                          .store = std::move(store)};
  auto text = canonical_json(codec::encode(envelope));
  auto const signature = key.sign(signed_bytes(kind, text));
  return {.text = std::move(text), .signature = to_hex(signature)};
}

Result<Statement> read(Signed const& statement) {
  auto const nothing = [](std::string_view why) {
    return invalid("this is no signed statement: " + std::string(why), "not_a_statement");
  };
  auto object = parse_canonical_json(statement.text, "the statement");
  if (!object) return nothing(object.error().message);
  auto envelope = codec::decode<Envelope>(*object, codec::Unknown::refuse);
  if (!envelope) return nothing(envelope.error().message);
  auto const key = public_key_from_hex(envelope->key);
  if (!key) return nothing("'key' must be 64 hex digits");
  return Statement{.kind = envelope->kind,
                   .store = std::move(envelope->store),
                   .key = *key,
                   .issued_at = envelope->issued_at,
                   .body = std::move(envelope->body)};
}

Result<Statement> verify(Signed const& statement, StatementKind kind, std::string_view store, PublicKey const& key) {
  DECAPOD_TRY(auto said, read(statement));
  if (said.kind != kind) {
    return invalid("a statement of another kind was signed: " + std::string(to_text(said.kind)), "other_kind");
  }
  if (said.store != store) return invalid("the statement was signed for another store, " + said.store, "other_store");
  if (said.key != key) {
    return invalid("the statement was signed with another key, " + to_hex(said.key).substr(0, 16), "other_key");
  }
  auto const signature = signature_from_hex(statement.signature);
  if (!signature || !verifies(key, signed_bytes(kind, statement.text), *signature)) {
    return invalid("the signature does not fit: the statement was altered, or never signed", "altered");
  }
  return said;
}

Sha256 id_of(Signed const& statement) {
  return sha256(statement.text);
}

Sha256 parameters_digest(std::string_view operation, json::object const& meaning) {
  return Sha256Hasher().add("decapod parameters v1\n").add(operation).add("\n").add(canonical_json(meaning)).finish();
}

}  // namespace decapod::governance
