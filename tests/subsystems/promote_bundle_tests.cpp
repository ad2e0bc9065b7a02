// A bundle in a clone: it says everything that it rests on, and not one byte of it can be another.

#include "promote_fixture.h"

#include <decapod/base/tracked_paths.h>
#include <decapod/governance/canonical_json.h>

#include <functional>
#include <random>
#include <set>

namespace decapod::promote {
namespace {

using policy::testing::code_of;
using policy::testing::key_number;
using testing::Stage;

// One promotion, sealed or not, and what a clone has of it.
struct Clone {
  Clone() {
    stage.issue_capsule();
    stage.begin();
    stage.prove_and_verify();
    id = stage.promote();
    bundle = stage.bundle(id);
    text = bundle_text(bundle);
  }
  std::set<std::string> codes(std::string const& changed) const {
    std::set<std::string> found;
    std::vector<BundleFile> const files{{.path = std::string(kLineageFolder) + '/' + id + ".json", .text = changed}};
    auto const report = judge_bundles(files, operator_pub);
    for (auto const& finding : report.findings) found.insert(finding.code);
    CHECK((report.status == GateStatus::failed) == !found.empty());
    return found;
  }
  // The bundle with a change that is spelled well, and its own digest, id and word made to fit again.
  std::set<std::string> codes_of(std::function<void(Bundle&)> const& change) const {
    auto other = bundle;
    change(other);
    return codes(bundle_text(other));
  }
  std::set<std::string> codes_of_lineage(std::function<void(Lineage&)> const& change) const {
    return codes_of([&](Bundle& other) { change(other.lineage); });
  }

  Stage stage;
  std::string id;
  Bundle bundle;
  std::string text;
  std::optional<std::string> operator_pub = to_hex(key_number(1).public_key()) + "\n";
};

using Codes = std::set<std::string>;

TEST_CASE("a bundle needs no store to be believed") {
  Clone const clone;
  CHECK(clone.codes(clone.text).empty());
  CHECK(clone.bundle.rests_on == Word::approval);
  CHECK(bundle_text(*parse_bundle(clone.text)) == clone.text);
  // Exported again it is the same file.
  CHECK(bundle_text(const_cast<Stage&>(clone.stage).bundle(clone.id)) == clone.text);
}

TEST_CASE("no byte of a bundle can be another one") {
  Clone const clone;
  // Every one of them is too many for one run: which ones is chance, and many runs see all.
  std::mt19937 random(Catch::rngSeed());
  INFO("seed " << Catch::rngSeed());
  constexpr std::size_t kTried = 400;
  for (std::size_t i = 0; i < kTried; ++i) {
    auto const at = std::uniform_int_distribution<std::size_t>(0, clone.text.size() - 1)(random);
    auto other = clone.text;
    other[at] = other[at] == 'a' ? 'b' : 'a';
    INFO("byte " << at << " of " << clone.text.size() << ": " << clone.text.substr(at < 40 ? 0 : at - 40, 80));
    CHECK_FALSE(clone.codes(other).empty());
  }
  CHECK(clone.codes(clone.text.substr(0, clone.text.size() - 1)) == Codes{"BUNDLE_UNREADABLE"});
  CHECK(clone.codes(clone.text + "\n") == Codes{"BUNDLE_UNREADABLE"});
}

TEST_CASE("a part of a bundle that is another one is named") {
  Clone const clone;
  CHECK(clone.codes_of([](Bundle& b) { b.id.back() ^= 1; }).contains("BUNDLE_ALTERED"));
  CHECK(clone.codes_of([](Bundle& b) { b.digest.back() ^= 1; }).contains("BUNDLE_ALTERED"));
  CHECK(clone.codes_of([](Bundle& b) { b.rests_on = Word::seal; }) == Codes{"BUNDLE_ALTERED"});
  CHECK(clone.codes_of([](Bundle& b) { b.record.body.back() = ' '; }).contains("BUNDLE_ALTERED"));
  CHECK(clone.codes_of([](Bundle& b) { b.record.previous.back() ^= 1; }) == Codes{"BUNDLE_ALTERED"});
  CHECK(clone.codes_of([](Bundle& b) { b.ledger.actor = "bob"; }) == Codes{"BUNDLE_ALTERED"});
  CHECK(clone.codes_of([](Bundle& b) { b.ledger.digest.back() ^= 1; }) == Codes{"BUNDLE_ALTERED"});
  CHECK(clone.codes_of([](Bundle& b) { b.checkpoint.insert(3, "x"); }) == Codes{"BUNDLE_ALTERED"});
  CHECK(clone.codes_of([](Bundle& b) { b.keys.clear(); }).contains("BUNDLE_UNSIGNED"));
  CHECK(clone.codes_of([](Bundle& b) { b.keys[0].signature[0] ^= 1; }) == Codes{"BUNDLE_UNSIGNED"});
}

// The digest of the whole no longer fits either; what else is found says that the part is held against others, too.
TEST_CASE("an artifact that was swapped no longer agrees with the others") {
  Clone const clone;
  auto const also = [&](std::string const& code, std::function<void(Lineage&)> const& change) {
    auto const codes = clone.codes_of_lineage(change);
    CHECK(codes.contains("BUNDLE_ALTERED"));
    CHECK(codes.contains(code));
  };
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.policy.activation.signature[5] ^= 1; });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.policy.sequence = 0; });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.approval->statement.signature[5] ^= 1; });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.approval.reset(); });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.by = "bob"; });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.at = l.at + Millis(1000LL * 60 * 60 * 24); });
  also("BUNDLE_UNSIGNED", [](Lineage& l) { l.revision = testing::git_id('9'); });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.tree = testing::git_id('9'); });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.policy.document.insert(2, " "); });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.capsules[0].document.insert(2, " "); });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.capsules.clear(); });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.work[0].document.at("unit").at("intent") = "it warks"; });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.work[0].document.at("proofs").at(0).at("run").at("output_bytes") = 4; });
  also("BUNDLE_DISAGREES", [](Lineage& l) {
    l.work[0].labels.clear();
    l.told.paths.clear();
  });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.risk = governance::Risk::low; });
  also("BUNDLE_DISAGREES", [](Lineage& l) { l.told.operator_key = "other"; });
  also("BUNDLE_ALTERED", [](Lineage& l) { l.records[2].body[9] ^= 1; });
}

TEST_CASE("a bundle is held against the operator's key in the tree") {
  Clone clone;
  clone.operator_pub = to_hex(key_number(2).public_key()) + "\n";
  CHECK(clone.codes(clone.text) == Codes{"BUNDLE_UNSIGNED"});
  clone.operator_pub.reset();
  CHECK(clone.codes(clone.text) == Codes{"BUNDLE_UNSIGNED"});
}

TEST_CASE("a bundle whose key was replaced is exported anew, with the keys since") {
  Clone clone;
  governance::KeyChange const change{.number = 2, .key = to_hex(key_number(2).public_key())};
  auto const statement =
      clone.stage.bench.say(1, governance::StatementKind::key_replacement, codec::encode(change).as_object());
  REQUIRE(code_of(clone.stage.bench.write("policy.operator-replace",
                                          {{"new_key", "x"}, {"statement", codec::encode(statement)}}, "olga")) == "");
  clone.operator_pub = to_hex(key_number(2).public_key()) + "\n";
  CHECK(clone.codes(clone.text) == Codes{"BUNDLE_UNSIGNED"});
  CHECK(clone.codes(bundle_text(clone.stage.bundle(clone.id))).empty());
}

TEST_CASE("a bundle under another name is named, and none at all is no failure") {
  Clone const clone;
  std::vector<BundleFile> const files{{.path = ".decapod/lineage/p-0000000000000000.json", .text = clone.text}};
  CHECK(judge_bundles(files, clone.operator_pub).findings.size() == 1);
  CHECK(judge_bundles({}, std::nullopt).status == GateStatus::not_applicable);
}

}  // namespace
}  // namespace decapod::promote
