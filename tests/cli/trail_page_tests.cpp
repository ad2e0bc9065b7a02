// How `broker audit` goes on where an answer of the broker ended.

#include <catch2/catch.hpp>

#include "catalogue.h"
#include "inspect/verbs_page.h"
#include "registry.h"

#include <algorithm>
#include <chrono>

using namespace decapod;

namespace {

using Nanos = std::chrono::nanoseconds;

// A trail of which each answer looks at the next hundred records and finds those of `hits`. Time is counted in answers.
class TrailOutside final : public cli::Surroundings, private Clock {
 public:
  explicit TrailOutside(std::vector<std::uint64_t> hits) : hits_(std::move(hits)) {}

  int patience = 1000;      // how many answers there are before the deadline
  int answers_most = 1000;  // after that many, nobody answers

  Result<json::object> call(RequestType const& /*type*/, json::object const& arguments) override {
    if (asked_++ == answers_most) return fail(ErrorCode::busy, "nobody answers");
    return page(arguments.at("cursor").to_number<std::uint64_t>(), arguments.at("limit").to_number<std::size_t>());
  }
  json::object page(std::uint64_t before, std::size_t limit) const {
    json::array records;
    std::uint64_t const end = before > 100 ? before - 100 : 1;
    auto at = before;
    while (at > end && records.size() < limit) {
      --at;
      if (std::ranges::find(hits_, at) != hits_.end()) records.push_back(json::object{{"seq", at}});
    }
    json::object reply{{"chain", "mutations"}, {"records", std::move(records)}, {"examined", before - at}};
    if (at > 1) reply["next_cursor"] = at;
    return reply;
  }

  Clock& clock() override { return *this; }
  SteadyTime deadline() const override { return SteadyTime(Nanos(patience)); }
  Caller const& caller() const override { return caller_; }
  std::string const& cwd() const override { return caller_.cwd; }
  cli::Effect effect() const override { return cli::Effect::done; }
  std::optional<std::string> environment(std::string_view) const override { return std::nullopt; }
  Result<cli::StorePlace> const& place() const override { return place_; }
  std::optional<Error> lost_store() const override { return std::nullopt; }
  Result<std::string> read(std::string const&, std::size_t) override { return nothing(); }
  Result<void> write(std::string const&, std::string_view) override { return nothing(); }
  Result<void> create_private(std::string const&, std::string_view) override { return nothing(); }
  Result<std::string> secret(cli::Secret const&) override { return nothing(); }
  Result<cli::Finished> git(std::string const&, std::vector<std::string> const&, cli::GitAside const&) override {
    return nothing();
  }
  Result<cli::ProgramEnd> run(cli::Program const&) override { return nothing(); }
  Result<ServiceStatus> probe_broker() override { return nothing(); }

 private:
  static Error nothing() { return fail(ErrorCode::internal, "not of this test"); }
  Instant now() override { return {}; }
  SteadyTime steady() override { return SteadyTime(Nanos(asked_)); }

  std::vector<std::uint64_t> hits_;
  int asked_ = 0;
  Caller caller_;
  Result<cli::StorePlace> place_ = nothing();
};

std::vector<std::uint64_t> found(json::object const& reply) {
  std::vector<std::uint64_t> sequences;
  for (auto const& record : reply.at("records").as_array()) sequences.push_back(record.at("seq").as_uint64());
  return sequences;
}

// The first answer, and what is made of it.
json::object asked_for(std::size_t limit, TrailOutside& outside) {
  auto reply = outside.page(1001, limit);
  inspect::fill_page(outside, {{"limit", limit}, {"cursor", 0}}, reply);
  return reply;
}

using Sequences = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a page of the trail is whole, wherever in it the records are") {
  TrailOutside outside({940, 555, 130, 7});
  auto const reply = asked_for(10, outside);
  CHECK(found(reply) == Sequences{940, 555, 130, 7});
  CHECK(reply.at("examined") == 1000);
  CHECK_FALSE(reply.contains("next_cursor"));
}

TEST_CASE("a full page of the trail goes on behind its last record") {
  TrailOutside outside({940, 555, 130, 7});
  auto const reply = asked_for(2, outside);
  CHECK(found(reply) == Sequences{940, 555});
  CHECK(reply.at("next_cursor") == 555);
}

TEST_CASE("a page of the trail whose time is up, or that nobody answers for, says where to go on") {
  TrailOutside impatient({940, 7});
  impatient.patience = 3;
  TrailOutside alone({940, 7});
  alone.answers_most = 3;
  for (auto* outside : {&impatient, &alone}) {
    auto const reply = asked_for(10, *outside);
    CHECK(found(reply) == Sequences{940});
    CHECK(reply.at("examined") == 400);
    CHECK(reply.at("next_cursor") == 601);
  }
}

TEST_CASE("a page of the trail that found nothing says how much it looked at") {
  cli::Catalogue const catalogue(cli::verb_groups());
  auto const* face = catalogue.verb("broker", "audit");
  REQUIRE(face != nullptr);
  cli::Text text(cli::Colour::never);
  face->render({{"chain", "mutations"}, {"records", json::array()}, {"next_cursor", 4}, {"examined", 1000}}, text);
  CHECK(text.str() == "none among the 1000 records looked at; there are older ones\n");
}
