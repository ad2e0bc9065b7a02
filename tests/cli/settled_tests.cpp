#include <decapod/reach/settled.h>

#include <catch2/catch.hpp>

namespace decapod::reach {
namespace {

using election::Exposure;
using ipc::Status;
using ipc::Vouched;

constexpr Attempted kExposed{.access = Access::write, .key = "r-1", .exposure = Exposure::sent};

ipc::Reply refused(ErrorCode code, Status status, std::optional<Vouched> vouched) {
  auto reply = ipc::refusal(fail(code, "for a reason"), status);
  reply.vouched = vouched;
  return reply;
}

ipc::Reply committed() {
  ipc::Reply reply;
  reply.status = Status::COMMITTED;
  reply.data = json::object{};
  return reply;
}

std::string code_of(Result<ipc::Reply> const& result) {
  if (!result) return name_of(result.error().code);
  return result->error ? result->error->code : "";
}

}  // namespace

TEST_CASE("before a request went out, and for a read, an answer is taken as it is") {
  for (auto const& attempted : {Attempted{.access = Access::write, .key = "r-1", .exposure = Exposure::none},
                                Attempted{.access = Access::read, .key = "", .exposure = Exposure::sent}}) {
    for (auto const& row : error_rows()) {
      CHECK(code_of(settled(attempted, refused(row.code, Status::NOT_COMMITTED, std::nullopt))) == row.name);
      CHECK(code_of(settled(attempted, fail(row.code, "no connection"))) == row.name);
    }
  }
}

TEST_CASE("after a write went out, no refusal that the ledger does not vouch for is final, whatever its code") {
  for (auto const& row : error_rows()) {
    INFO(row.name);
    for (auto const vouched : {std::optional<Vouched>(), std::optional(Vouched::no)}) {
      auto const result = settled(kExposed, refused(row.code, Status::NOT_COMMITTED, vouched));
      REQUIRE_FALSE(result.has_value());
      CHECK(result.error().code == ErrorCode::outcome_unknown);
      CHECK(result.error().details.at("request_id") == "r-1");
      CHECK(std::string(result.error().details.at("cause").as_string()) == row.name);
      CHECK(result.error().message.find("for a reason") != std::string::npos);
    }
    CHECK(code_of(settled(kExposed, fail(row.code, "no connection"))) == "OUTCOME_UNKNOWN");
  }
}

TEST_CASE("after a write went out, what the ledger says is final") {
  CHECK(code_of(settled(kExposed, committed())) == "");
  for (auto const code : {ErrorCode::held, ErrorCode::request_id_conflict, ErrorCode::disk_full}) {
    CHECK(code_of(settled(kExposed, refused(code, Status::NOT_COMMITTED, Vouched::yes))) == name_of(code));
  }
  // Committed, but the reply is not kept any more.
  CHECK(code_of(settled(kExposed, refused(ErrorCode::expired_request_id, Status::COMMITTED, Vouched::yes))) ==
        "EXPIRED_REQUEST_ID");
}

TEST_CASE("an unknown outcome stays unknown, even if somebody vouches for it") {
  auto const result = settled(kExposed, refused(ErrorCode::outcome_unknown, Status::UNKNOWN, Vouched::yes));
  CHECK(code_of(result) == "OUTCOME_UNKNOWN");
}

}  // namespace decapod::reach
