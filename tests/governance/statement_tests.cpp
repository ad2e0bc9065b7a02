#include <decapod/governance/statements.h>

#include <catch2/catch.hpp>

#include "told.h"

using namespace decapod;
using namespace decapod::governance;

namespace {

constexpr std::string_view kStore = "store-1";

SecretKey key_of(int n) {
  std::array<unsigned char, 32> seed{};
  seed.fill(static_cast<unsigned char>(n));
  return SecretKey(seed);
}

Approval approval() {
  return {.operation = "todo.archive",
          .digest = std::string(64, 'a'),
          .parameters = {{"id", "t-1"}},
          .approver = "olga",
          .beneficiary = "alice",
          .uses = 1,
          .expires = Timestamp{1'000'000}};
}

Signed signed_by(SecretKey const& key, StatementKind kind = StatementKind::approval) {
  return sign(key, kind, std::string(kStore), Timestamp{5}, codec::encode(approval()).as_object());
}

std::string reason_of(Result<Statement> const& refused) {
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::signature_invalid);
  return std::string(refused.error().details.at("reason").as_string());
}

}  // namespace

TEST_CASE("a statement that was signed says what it said, to whoever knows the key") {
  auto const key = key_of(1);
  auto const statement = verify(signed_by(key), StatementKind::approval, kStore, key.public_key());
  REQUIRE(statement);
  auto const body = body_of<Approval>(*statement);
  REQUIRE(body);
  CHECK(body->operation == "todo.archive");
  CHECK(body->expires == Timestamp{1'000'000});
  CHECK(statement->issued_at == Timestamp{5});
}

TEST_CASE("a statement of which any one bit was changed is refused") {
  auto const key = key_of(1);
  auto const whole = signed_by(key);
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto changed = whole;
      changed.text[i] = static_cast<char>(static_cast<unsigned char>(changed.text[i]) ^ (1U << bit));
      REQUIRE_FALSE(verify(changed, StatementKind::approval, kStore, key.public_key()));
    }
  }
  for (std::size_t i = 0; i < whole.signature.size(); ++i) {
    auto changed = whole;
    changed.signature[i] = changed.signature[i] == '0' ? '1' : '0';
    REQUIRE_FALSE(verify(changed, StatementKind::approval, kStore, key.public_key()));
  }
}

TEST_CASE("a statement with any field changed, and well-formed again, is refused as altered") {
  auto const key = key_of(1);
  auto const whole = signed_by(key);
  auto const object = parse_json(whole.text, "statement")->as_object();
  auto const changed_at = [&](std::string_view member, json::value value) {
    auto body = object.at("body").as_object();
    body[member] = std::move(value);
    auto other = whole;
    other.text = to_text(json::object{{"body", body},
                                      {"issued_at", object.at("issued_at")},
                                      {"key", object.at("key")},
                                      {"kind", object.at("kind")},
                                      {"store", object.at("store")}});
    return reason_of(verify(other, StatementKind::approval, kStore, key.public_key()));
  };
  // The members are in order already, so that nothing but the value is wrong.
  CHECK(changed_at("approver", "mallory") == "altered");
  CHECK(changed_at("beneficiary", "mallory") == "altered");
  CHECK(changed_at("digest", json::string(std::string(64, 'b'))) == "altered");
  CHECK(changed_at("expires", "2099-01-01T00:00:00.000Z") == "altered");
  CHECK(changed_at("operation", "todo.add") == "altered");
  CHECK(changed_at("parameters", json::object{{"id", "t-2"}}) == "altered");
  CHECK(changed_at("uses", 1000) == "altered");
}

TEST_CASE("a statement stands for its own kind, store and key alone") {
  auto const key = key_of(1);
  auto const statement = signed_by(key);
  CHECK(reason_of(verify(statement, StatementKind::policy_activation, kStore, key.public_key())) == "other_kind");
  CHECK(reason_of(verify(statement, StatementKind::approval, "store-2", key.public_key())) == "other_store");
  CHECK(reason_of(verify(statement, StatementKind::approval, kStore, key_of(2).public_key())) == "other_key");
}

TEST_CASE("a signature given for one kind does not stand under the same text for another") {
  auto const key = key_of(1);
  auto const proof = signed_by(key, StatementKind::proof);
  auto moved = signed_by(key, StatementKind::approval);
  moved.signature = proof.signature;
  CHECK(reason_of(verify(moved, StatementKind::approval, kStore, key.public_key())) == "altered");
}

TEST_CASE("what is no statement is called so") {
  auto const key = key_of(1).public_key();
  for (auto const* text : {"", "{}", "[]", "nonsense", R"({"body":{}})"}) {
    CHECK(reason_of(verify({.text = text, .signature = ""}, StatementKind::approval, kStore, key)) ==
          "not_a_statement");
  }
}

TEST_CASE("a body with a member too many or too few is refused") {
  auto const key = key_of(1);
  auto body = codec::encode(approval()).as_object();
  body.emplace("extra", 1);
  auto const more = sign(key, StatementKind::approval, std::string(kStore), Timestamp{5}, body);
  auto const read_it = verify(more, StatementKind::approval, kStore, key.public_key());
  REQUIRE(read_it);
  CHECK_FALSE(body_of<Approval>(*read_it));
  CHECK_FALSE(body_of<KeyChange>(*read_it));
}

TEST_CASE("what an approval names is the operation with its exact parameters") {
  auto const digest = parameters_digest("todo.archive", {{"id", "t-1"}, {"force", false}});
  CHECK(digest == parameters_digest("todo.archive", {{"force", false}, {"id", "t-1"}}));
  CHECK(digest != parameters_digest("todo.archive", {{"force", true}, {"id", "t-1"}}));
  CHECK(digest != parameters_digest("todo.reopen", {{"force", false}, {"id", "t-1"}}));
}
