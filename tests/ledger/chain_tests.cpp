// What an edit of the stored trail looks like to whoever walks it. The edits are made with SQL, as an intruder would.

#include <decapod/ledger/trail.h>

#include "scratch_store.h"

namespace decapod::ledger {
namespace {

using audit::BreakKind;
using audit::Chain;

class Chained {
 public:
  Chained() {
    Ledger ledger(store_.database(), std::nullopt);
    store_.write([&] {
      ledger.enter_transaction();
      for (int i = 1; i <= 9; ++i) test::commit(ledger, "k" + std::to_string(i));
      for (int i = 1; i <= 9; ++i) ledger.append_read(test::record_of("r" + std::to_string(i), {}));
    });
    head_ = ledger.position().mutations;
  }
  void edit(std::string_view sql) { store_.database().script(sql); }
  Walked walk(Chain chain = Chain::mutations, std::string_view store = "store-1") {
    return verify_chain(store_.database(), chain, store);
  }
  audit::Head const& head() const { return head_; }

  void expect_break(BreakKind kind, std::uint64_t sequence, Chain chain = Chain::mutations,
                    std::string_view store = "store-1") {
    auto const walked = walk(chain, store);
    REQUIRE(walked.first_break.has_value());
    CHECK(walked.first_break->chain == chain);
    CHECK(to_string(walked.first_break->kind) == to_string(kind));
    CHECK(walked.first_break->sequence == sequence);
  }

 private:
  static std::string to_string(BreakKind kind) { return std::string(reflect::to_text(kind)); }

  test::ScratchStore store_;
  audit::Head head_;
};

}  // namespace

TEST_CASE("an untouched trail is unbroken from its beginning to the head") {
  Chained trail;
  auto const walked = trail.walk();
  CHECK_FALSE(walked.first_break.has_value());
  CHECK(walked.head == trail.head());
  CHECK_FALSE(trail.walk(Chain::reads).first_break.has_value());
}

TEST_CASE("an edited byte breaks the chain at its record") {
  Chained trail;
  trail.edit("UPDATE audit_mutation SET body = replace(body, 'alice', 'alicf') WHERE sequence = 4");
  trail.expect_break(BreakKind::altered, 4);
}

TEST_CASE("an edited record of a read is found in the chain of reads, and only there") {
  Chained trail;
  trail.edit("UPDATE audit_read SET body = replace(body, 'alice', 'mallo') WHERE sequence = 6");
  trail.expect_break(BreakKind::altered, 6, Chain::reads);
  CHECK_FALSE(trail.walk().first_break.has_value());
}

TEST_CASE("a removed record is missed by its number") {
  Chained trail;
  trail.edit("DELETE FROM audit_mutation WHERE sequence = 5");
  trail.expect_break(BreakKind::missing, 5);
}

TEST_CASE("a removed record whose followers moved up breaks the chain in its place") {
  Chained trail;
  trail.edit("DELETE FROM audit_mutation WHERE sequence = 5");
  for (int i = 6; i <= 9; ++i) {
    trail.edit("UPDATE audit_mutation SET sequence = " + std::to_string(i - 1) +
               " WHERE sequence = " + std::to_string(i));
  }
  trail.expect_break(BreakKind::altered, 5);
}

TEST_CASE("two records that changed places break the chain at the first of them") {
  Chained trail;
  trail.edit(
      "UPDATE audit_mutation SET sequence = 100 WHERE sequence = 3;"
      "UPDATE audit_mutation SET sequence = 3 WHERE sequence = 7;"
      "UPDATE audit_mutation SET sequence = 7 WHERE sequence = 100");
  trail.expect_break(BreakKind::altered, 3);
}

TEST_CASE("a trail does not verify as another store's") {
  Chained trail;
  trail.expect_break(BreakKind::altered, 1, Chain::mutations, "store-2");
}

TEST_CASE("records cut off the end show only against a head that was kept elsewhere") {
  Chained trail;
  trail.edit("DELETE FROM audit_mutation WHERE sequence > 7");
  auto const walked = trail.walk();
  CHECK_FALSE(walked.first_break.has_value());
  CHECK(walked.head.size == 7);
  CHECK(walked.head != trail.head());
}

}  // namespace decapod::ledger
