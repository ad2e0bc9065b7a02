#include <decapod/audit/checkpoint.h>
#include <decapod/validate_pins/pins.h>

#include <catch2/catch.hpp>

using namespace decapod;
using namespace decapod::validate;

namespace {

std::string const kHere = "0198c0de00000000000000000000aaaa";
std::string const kElsewhere = "0198c0de00000000000000000000bbbb";

PinFile pin_of(std::string const& uuid, std::uint64_t size, std::string_view head) {
  audit::Checkpoint checkpoint;
  checkpoint.store_uuid = uuid;
  checkpoint.mutations = {size, sha256(head)};
  return {".decapod/pins/" + uuid + ".txt", to_text(checkpoint)};
}

PinnedStore store_of(std::uint64_t size) {
  return {kHere, size,
          [size](std::uint64_t at) -> std::optional<Sha256> {
            if (at > size) return std::nullopt;
            if (at == 0) return audit::genesis(audit::Chain::mutations, kHere).head;
            return sha256("record " + std::to_string(at));
          },
          nullptr, "/state"};
}

GateReport judge(std::vector<PinFile> const& pins, PinnedStore const* store, RequirePin require = RequirePin::no,
                 std::vector<std::string> const& made_here = {kHere}) {
  return judge_pins({.pins = pins, .made_here = made_here, .require_pin = require}, store);
}

std::string code_of(GateReport const& report) {
  return report.findings.size() == 1 ? report.findings[0].code : std::to_string(report.findings.size()) + " findings";
}

}  // namespace

TEST_CASE("a pin that the chain agrees with passes, also under a longer chain") {
  auto const store = store_of(9);
  auto const report = judge({pin_of(kHere, 7, "record 7")}, &store, RequirePin::yes);
  CHECK(report.status == GateStatus::passed);
}

TEST_CASE("a chain that was cut below the pin, or rewritten, breaks it") {
  auto const store = store_of(5);
  CHECK(code_of(judge({pin_of(kHere, 7, "record 7")}, &store)) == "PIN_BROKEN");
  CHECK(code_of(judge({pin_of(kHere, 4, "another record 4")}, &store)) == "PIN_BROKEN");
}

TEST_CASE("a restore on record explains a pin that disagrees, and lets none pass") {
  auto store = store_of(5);
  store.state_directory = "/state here";
  auto how = audit::Explains::exactly;
  std::vector<std::string> asked;
  store.explain = [&](audit::Checkpoint const& pin) -> std::optional<audit::Explanation> {
    asked.push_back(pin.store_uuid + ' ' + std::to_string(pin.mutations.size));
    return audit::Explanation{.how = how, .commits = 7, .record = 4, .ts = {}, .actor = "olga"};
  };
  auto const pin = pin_of(kHere, 7, "record 7");
  CHECK(judge({pin_of(kHere, 4, "record 4")}, &store).status == GateStatus::passed);
  CHECK(asked.empty());
  auto const known = judge({pin}, &store);
  CHECK(code_of(known) == "PIN_OF_ENDED_LINE");
  CHECK(known.findings[0].message ==
        "it is a pin of the end of the line of 7 records that a restore ended (record 4, 1970-01-01T00:00:00.000Z, by "
        "olga)");
  CHECK_THAT(known.findings[0].hint, Catch::StartsWith("if the restore was meant: decapod broker checkpoint --pin "
                                                       "--force;"));
  CHECK(asked == std::vector<std::string>{kHere + " 7"});
  how = audit::Explains::before_the_end;
  auto const unknown = judge({pin}, &store);
  CHECK(code_of(unknown) == "PIN_BROKEN");
  CHECK_THAT(unknown.findings[0].message, Catch::Contains("are gone; it may be a pin of the line of 7 records "));
  CHECK_THAT(unknown.findings[0].hint, Catch::Contains("'/state here'/before-restore-*/audit/mutations.jsonl) and the "
                                                       "restore was meant: "));
  how = audit::Explains::after_a_loss;
  auto const lost = judge({pin}, &store);
  CHECK(code_of(lost) == "PIN_BROKEN");
  CHECK_THAT(lost.findings[0].message, Catch::Contains("are gone; it may be a pin of a line that was lost "));
  auto const other = judge({pin_of(kElsewhere, 3, "x")}, &store, RequirePin::no, {kElsewhere});
  CHECK(code_of(other) == "STORE_REPLACED");
  CHECK_THAT(other.findings[0].hint,
             Catch::Contains("rm .decapod/pins/" + kElsewhere + ".txt, then decapod broker checkpoint --pin;"));
}

TEST_CASE("a pin of a store from elsewhere is a notice, and a failure when a pin is required") {
  auto const store = store_of(5);
  std::vector<PinFile> const pins = {pin_of(kElsewhere, 3, "x")};
  auto const lenient = judge(pins, &store);
  CHECK(lenient.status == GateStatus::not_applicable);
  REQUIRE(lenient.notices.size() == 1);
  CHECK_THAT(lenient.notices[0], Catch::Contains(kElsewhere));
  CHECK(code_of(judge(pins, &store, RequirePin::yes)) == "PIN_OF_ANOTHER_STORE");
}

TEST_CASE("a pin of a store of this clone that is no longer there tells of a replacement") {
  auto const store = store_of(5);
  std::vector<PinFile> const pins = {pin_of(kElsewhere, 3, "x")};
  CHECK(code_of(judge(pins, &store, RequirePin::no, {kElsewhere, kHere})) == "STORE_REPLACED");
  auto const lost = judge(pins, nullptr, RequirePin::no, {kElsewhere});
  CHECK(code_of(lost) == "STORE_REPLACED");
  CHECK_THAT(lost.findings[0].hint, Catch::Contains("decapod broker restore FILE"));
  CHECK_THAT(lost.findings[0].hint, Catch::Contains("rm " + pins[0].path + ","));
}

TEST_CASE("a fresh clone, with pins and without a store, has nothing to judge") {
  auto const report = judge({pin_of(kElsewhere, 3, "x")}, nullptr, RequirePin::no, {});
  CHECK(report.status == GateStatus::not_applicable);
  CHECK(report.notices.size() == 1);
}

TEST_CASE("a required pin that is missing fails, and none that is not required does not") {
  auto const store = store_of(5);
  CHECK(code_of(judge({}, &store, RequirePin::yes)) == "PIN_MISSING");
  CHECK(judge({}, &store).status == GateStatus::not_applicable);
}

TEST_CASE("a pin that is no checkpoint fails") {
  auto const store = store_of(5);
  CHECK(code_of(judge({{".decapod/pins/x.txt", "not a checkpoint"}}, &store)) == "PIN_UNREADABLE");
}

TEST_CASE("a pin of an empty chain agrees with every chain of the store") {
  auto const store = store_of(2);
  audit::Checkpoint empty;
  empty.store_uuid = kHere;
  empty.mutations = audit::genesis(audit::Chain::mutations, kHere);
  CHECK(judge({{"p", to_text(empty)}}, &store).status == GateStatus::passed);
}
