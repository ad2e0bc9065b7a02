#include <decapod/ipc/message.h>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <string>

namespace decapod::ipc {
namespace {

std::string any_text() {
  auto text = *rc::gen::string<std::string>();
  std::erase_if(text, [](char c) { return c == '\0' || c == '\x7f' || static_cast<unsigned char>(c) > 0x7f; });
  return text;
}

json::object any_object() {
  json::object object;
  auto const count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) object["member" + std::to_string(i)] = any_text();
  return object;
}

Request any_request() {
  return {.op = any_text(),
          .arguments = any_object(),
          .caller = {.actor = any_text(), .actor_source = any_text(), .session = any_text(), .cwd = any_text()},
          .request_id = any_text(),
          .idempotency_key = any_text(),
          .timeout_ms = *rc::gen::inRange<std::int64_t>(0, 1LL << 40),
          .dry_run = *rc::gen::arbitrary<bool>() ? DryRun::yes : DryRun::no,
          .min_seq = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 62)};
}

Reply any_reply() {
  Reply reply;
  reply.status = static_cast<Status>(*rc::gen::inRange(0, 4));
  if (*rc::gen::arbitrary<bool>()) {
    reply.data = any_object();
  } else {
    reply.error = WireError{.code = any_text(),
                            .message = any_text(),
                            .hint = any_text(),
                            .details = any_object(),
                            .suggestions = {any_text(), any_text()}};
  }
  if (*rc::gen::arbitrary<bool>()) {
    reply.epoch = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 62);
    reply.commit_seq = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 62);
  }
  reply.audited = *rc::gen::arbitrary<bool>() ? Audited::yes : Audited::no;
  if (*rc::gen::arbitrary<bool>()) reply.vouched = *rc::gen::arbitrary<bool>() ? Vouched::yes : Vouched::no;
  return reply;
}

template <class T>
std::string text_of(T const& value) {
  return to_text(codec::encode(value));
}

template <class T>
Result<T> read_back(std::string const& text, codec::Unknown unknown) {
  DECAPOD_TRY(auto const document, parse_json(text, "the message"));
  return codec::decode<T>(document, unknown);
}

}  // namespace

TEST_CASE("a refusal that quotes any byte can be read by the client") {
  for (int byte = 0; byte < 256; ++byte) {
    auto const error = fail(ErrorCode::bad_request, std::string("'a") + static_cast<char>(byte) + "b' is no field",
                            {{"field", std::string(1, static_cast<char>(byte))}});
    auto const sent = to_text(codec::encode(refusal(error, Status::NOT_COMMITTED)));
    auto const document = parse_json(sent, "the reply");
    INFO("byte " << byte);
    REQUIRE(document.has_value());
    auto const read = codec::decode<Reply>(*document, codec::Unknown::ignore);
    REQUIRE(read.has_value());
    CHECK(read->error->message == error.message);
  }
}

TEST_CASE("a request is read back as it was sent") {
  CHECK(rc::check([] {
    auto const text = text_of(any_request());
    RC_ASSERT(text_of(read_back<Request>(text, codec::Unknown::refuse).value()) == text);
  }));
}

TEST_CASE("a reply is read back as it was sent") {
  CHECK(rc::check([] {
    auto const text = text_of(any_reply());
    RC_ASSERT(text_of(read_back<Reply>(text, codec::Unknown::ignore).value()) == text);
  }));
}

TEST_CASE("a request with a member that the broker does not know is refused by name") {
  auto object = codec::encode(Request{.op = "a.b"}).as_object();
  object["urgency"] = 3;
  auto const refused = read_back<Request>(to_text(object), codec::Unknown::refuse);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::bad_request);
  CHECK(refused.error().details.at("field") == "urgency");
}

TEST_CASE("a reply may say more than the client knows, at any depth") {
  auto reply = refusal(fail(ErrorCode::held, "alice holds it"), Status::NOT_COMMITTED);
  auto object = codec::encode(reply).as_object();
  object["served_by"] = "a newer broker";
  object["error"].as_object()["severity"] = "low";
  auto const got = read_back<Reply>(to_text(object), codec::Unknown::ignore);
  REQUIRE(got.has_value());
  CHECK(text_of(*got) == text_of(reply));
}

TEST_CASE("a request lacks no member") {
  auto const whole = codec::encode(Request{.op = "a.b"}).as_object();
  for (auto const& member : whole) {
    auto object = whole;
    object.erase(member.key());
    INFO(std::string(member.key()));
    CHECK_FALSE(read_back<Request>(to_text(object), codec::Unknown::refuse).has_value());
  }
}

TEST_CASE("an error crosses the wire with its code, words and facts") {
  auto error = fail(ErrorCode::held, "alice holds it", {{"holder", "alice"}});
  error.suggestions = {"t-1", "t-2"};
  auto const back = from_wire(to_wire(error));
  CHECK(back.code == error.code);
  CHECK(back.message == error.message);
  CHECK(back.hint == error.hint_or_default());
  CHECK(back.details == error.details);
  CHECK(back.suggestions == error.suggestions);
}

TEST_CASE("a code of a newer broker is kept by name") {
  auto const error = from_wire({.code = "QUOTA_EXCEEDED", .message = "too many", .hint = "wait"});
  CHECK(error.code == ErrorCode::internal);
  CHECK(error.details.at("unknown_code") == "QUOTA_EXCEEDED");
  CHECK(error.hint == "wait");
}

TEST_CASE("garbage in place of a message is an error, never more") {
  CHECK(rc::check([] {
    auto const text = *rc::gen::arbitrary<std::string>();
    if (auto const request = read_back<Request>(text, codec::Unknown::refuse); !request) {
      RC_ASSERT(request.error().code == ErrorCode::bad_request);
    }
  }));
}

}  // namespace decapod::ipc
