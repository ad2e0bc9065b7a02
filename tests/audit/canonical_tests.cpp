#include <decapod/audit/record.h>

#include <catch2/catch.hpp>
#include <random>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

Record with_actor(std::string actor) {
  auto record = sample_record(1);
  record.actor = std::move(actor);
  return record;
}

std::string actor_bytes(std::string const& actor) {
  auto const text = canonical(with_actor(actor));
  auto const from = text.find("\"actor\":") + 8;
  return text.substr(from, text.find(",\"session\"") - from);
}

bool same(Record const& a, Record const& b) {
  return canonical(a) == canonical(b);
}

TEST_CASE("a record has exactly these canonical bytes") {
  Record record{.ts = {1795470021123},
                .request_id = "r1",
                .actor = "alice",
                .session = "s1",
                .store_root = "/repo/.decapod/data",
                .db_id = "todo",
                .request_type = "todo.claim",
                .key = "k",
                .idempotency_key = "i1",
                .status = Status::NOT_COMMITTED,
                .latency_ms = {1250},
                .affected_keys = {"todo/item/t-1", "todo/item/t-2"},
                .epoch = 3,
                .commit_seq = 17,
                .error = "HELD",
                .invalidated = {"todo"},
                .request_digest = sha256("request"),
                .reply_hash = sha256("reply")};
  CHECK(canonical(record) ==
        R"({"ts":"2026-11-23T21:40:21.123Z","request_id":"r1","actor":"alice","session":"s1",)"
        R"("store_root":"/repo/.decapod/data","db_id":"todo","request_type":"todo.claim","key":"k",)"
        R"("idempotency_key":"i1","status":"NOT_COMMITTED","latency_ms":1.250,)"
        R"("affected_keys":["todo/item/t-1","todo/item/t-2"],"epoch":3,"commit_seq":17,"error":"HELD",)"
        R"("served":"executed","invalidated":["todo"],)"
        R"("request_digest":"H1i5FFsk0QjXrDiIcziz6jIpgzucHkGCUDQ/kHv9EEc=",)"
        R"("reply_hash":"V4Kxhofmz4pIL8MtLbWxltiCHEWKDAacas85U0Rue7U="})");
}

TEST_CASE("an empty record has every field") {
  CHECK(canonical(Record{}) ==
        R"({"ts":"1970-01-01T00:00:00.000Z","request_id":"","actor":"","session":"","store_root":"","db_id":"",)"
        R"("request_type":"","key":"","idempotency_key":"","status":"OK","latency_ms":0.000,"affected_keys":[],)"
        R"("epoch":0,"commit_seq":0,"error":"","served":"executed","invalidated":[],)"
        R"("request_digest":"","reply_hash":""})");
}

TEST_CASE("latency keeps three decimals") {
  auto const latency = [](std::int64_t us) {
    auto record = sample_record(1);
    record.latency_ms.us = us;
    auto const text = canonical(record);
    auto const from = text.find("latency_ms\":") + 12;
    return text.substr(from, text.find(',', from) - from);
  };
  CHECK(latency(0) == "0.000");
  CHECK(latency(7) == "0.007");
  CHECK(latency(1000) == "1.000");
  CHECK(latency(1234567) == "1234.567");
  CHECK(latency(-5) == "0.000");
}

TEST_CASE("strings are escaped in one way only") {
  CHECK(actor_bytes("a\"b\\c") == R"("a\"b\\c")");
  CHECK(actor_bytes("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(actor_bytes("\x01\x1f/") == R"("\u0001\u001f/")");
  CHECK(actor_bytes("grüße €😀") == "\"grüße €😀\"");
}

TEST_CASE("NUL, DEL and bytes that are not UTF-8 become U+FFFD") {
  CHECK(actor_bytes(std::string("a\0b", 3)) == "\"a\xEF\xBF\xBD\x62\"");
  CHECK(actor_bytes("\x7f") == "\"\xEF\xBF\xBD\"");
  CHECK(actor_bytes("a\xff\x62") == "\"a\xEF\xBF\xBD\x62\"");
  CHECK(actor_bytes("\xc0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // overlong
  CHECK(actor_bytes("\xed\xa0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a surrogate
  CHECK(actor_bytes("\xe2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // cut short
}

TEST_CASE("text is kept at every edge of what UTF-8 allows, and replaced byte by byte a step beyond it") {
  for (std::string const kept : {" ",
                                 "~",
                                 "\xC2\x80",
                                 "\xC2\xBF",
                                 "\xDF\x80",
                                 "\xDF\xBF",
                                 "\xE0\xA0\x80",
                                 "\xE0\xBF\xBF",
                                 "\xE1\x80\x80",
                                 "\xEC\xBF\xBF",
                                 "\xED\x80\x80",
                                 "\xED\x9F\xBF",
                                 "\xEE\x80\x80",
                                 "\xEF\xBF\xBF",
                                 "\xF0\x90\x80\x80",
                                 "\xF0\xBF\xBF\xBF",
                                 "\xF1\x80\x80\x80",
                                 "\xF3\xBF\xBF\xBF",
                                 "\xF4\x80\x80\x80",
                                 "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(kept);
    CHECK(actor_bytes(kept + "x") == '"' + kept + "x\"");
    CHECK(actor_bytes(kept) == '"' + kept + '"');
  }
  for (std::string const wrong : {"\x80",
                                  "\xBF",
                                  "\xC1\xBF",
                                  "\xC2\xC0",
                                  "\xDF\x7F",
                                  "\xE0\x9F\x80",
                                  "\xE0\xC0\x80",
                                  "\xE1\x7F\x80",
                                  "\xE1\xC0\x80",
                                  "\xE1\x80\x7F",
                                  "\xE1\x80\xC0",
                                  "\xED\x7F\x80",
                                  "\xED\xA0\x80",
                                  "\xF0\x8F\x80\x80",
                                  "\xF0\xC0\x80\x80",
                                  "\xF1\x7F\x80\x80",
                                  "\xF1\x80\x80\x7F",
                                  "\xF1\x80\x80\xC0",
                                  "\xF1\x80\xC0\x80",
                                  "\xF4\x7F\x80\x80",
                                  "\xF4\x90\x80\x80",
                                  "\xF5\x80\x80\x80",
                                  "\xC2",
                                  "\xE1\x80",
                                  "\xF1\x80\x80"}) {
    CAPTURE(wrong);
    std::string replaced;
    for (std::size_t i = 0; i < wrong.size(); ++i) replaced += "\xEF\xBF\xBD";
    CHECK(actor_bytes(wrong) == '"' + replaced + '"');
  }
}

TEST_CASE("a latency is read from nothing to a billion seconds, and nothing else is one") {
  auto const read = [](std::string const& latency) {
    auto bytes = canonical(sample_record(1));
    auto const from = bytes.find("latency_ms\":") + 12;
    return parse_record(bytes.replace(from, bytes.find(',', from) - from, latency));
  };
  for (auto const& [text, us] :
       {std::pair("0", std::int64_t{0}), std::pair("0.000", std::int64_t{0}), std::pair("0.001", std::int64_t{1}),
        std::pair("1000000000000", 1'000'000'000'000'000)}) {
    CAPTURE(text);
    auto const record = read(text);
    REQUIRE(record.has_value());
    CHECK(record->latency_ms.us == us);
  }
  for (auto const* text : {"-0.001", "-1", "1000000000001", "1e13", "\"1\"", "null", "[]"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text).has_value());
  }
}

TEST_CASE("any record is one line of JSON that reads back to the same bytes") {
  auto const seed = Catch::rngSeed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  auto const noise = [&random](std::size_t longest) {
    std::string text(random() % (longest + 1), '\0');
    for (auto& c : text) c = static_cast<char>(random() % 256);
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    auto record = sample_record(random() % 1000);
    for (auto* field : {&record.request_id, &record.actor, &record.session, &record.store_root, &record.key,
                        &record.idempotency_key, &record.error}) {
      *field = noise(40);
    }
    record.affected_keys.assign(random() % 4, noise(30));
    record.status = reflect::enum_values<Status>[random() % reflect::enumerator_count<Status>];
    record.latency_ms.us = static_cast<std::int64_t>(random() % 100'000'000'000);
    record.commit_seq = random() >> 1;
    record.epoch = random() >> (11 + random() % 50);
    if (random() % 2 == 0) record.request_digest.reset();
    if (random() % 2 == 0) record.reply_hash.reset();
    auto const bytes = canonical(record);
    REQUIRE(bytes.find('\n') == std::string::npos);
    auto const back = parse_record(bytes);
    if (!back) FAIL(back.error().message << ": " << bytes);
    REQUIRE(canonical(*back) == bytes);
    REQUIRE(back->latency_ms == record.latency_ms);
    REQUIRE(back->status == record.status);
    REQUIRE(epoch_in(bytes) == record.epoch);
  }
}

TEST_CASE("the epoch is found without reading the rest, whatever the texts before it say") {
  auto record = sample_record(5);
  record.actor = R"(,"epoch":7,)";
  record.session = R"(","epoch":8,)";
  record.affected_keys = {R"(,"epoch":9})", "\\"};
  auto const bytes = canonical(record);
  CHECK(epoch_in(bytes) == record.epoch);
  auto const member = ",\"epoch\":" + std::to_string(record.epoch);
  for (std::string_view const wrong :
       {"", ",\"epoch\":", ",\"epoch\":-1", ",\"epoch\":1.5", ",\"epoch\":\"1\"", ",\"epoch\":99999999999999999999"}) {
    auto damaged = bytes;
    damaged.replace(damaged.find(member + ','), member.size(), wrong);
    CHECK(epoch_in(damaged) == std::nullopt);
  }
  CHECK(epoch_in(bytes.substr(0, bytes.find(member) + member.size())) == std::nullopt);
}

TEST_CASE("a record of a newer decapod reads, one that lacks a field does not") {
  auto bytes = canonical(sample_record(5));
  auto newer = bytes;
  newer.insert(newer.size() - 1, R"(,"colour":"blue")");
  auto const read = parse_record(newer);
  REQUIRE(read.has_value());
  CHECK(same(*read, sample_record(5)));

  auto const actor = bytes.find(R"("actor")");
  bytes.erase(actor, bytes.find(R"("session")") - actor);
  auto const refused = parse_record(bytes);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::bad_request);
  CHECK(refused.error().message.find("actor") != std::string::npos);
}

TEST_CASE("a status is spelled as it is published") {
  CHECK(to_text(Status::NOT_COMMITTED) == "NOT_COMMITTED");
  CHECK(from_text<Status>("PRUNED") == Status::PRUNED);
  CHECK_FALSE(from_text<Status>("NOT-COMMITTED"));
  auto bytes = canonical(sample_record(1));
  bytes.replace(bytes.find("COMMITTED"), 9, "PERHAPS");
  CHECK_FALSE(parse_record(bytes).has_value());
}

TEST_CASE("a digest is read as it is written, or not at all") {
  std::string const hash = "/eRqPZhfU6ilAH+tDuZHNuDexzcLijaiSBe14/IreXE=";
  auto const loose = hash.substr(0, 42) + "F=";  // the same digest to a reader that ignores the last bits
  for (auto const& wrong :
       {hash.substr(1), hash + "=", "-" + hash.substr(1), hash.substr(0, 43), loose, hash.substr(0, 40)}) {
    auto bytes = canonical(sample_record(1));
    auto const at = bytes.find(hash);
    REQUIRE(at != std::string::npos);
    bytes.replace(at, hash.size(), wrong);
    CAPTURE(wrong);
    auto const refused = parse_record(bytes);
    REQUIRE_FALSE(refused.has_value());
    CHECK_THAT(refused.error().message, Catch::Contains("reply_hash"));
  }
}

}  // namespace
}  // namespace decapod::audit
