// The gates over capsules find what breaks them.
#include "capsule_fixture.h"

namespace decapod::capsule {
namespace {

using testing::Capsules;
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("each gate finds what breaks it, and only that") {
  Capsules capsules;
  for (int i = 0; i < 60; ++i) {
    auto request = capsules.request();
    request.topic = "topic " + std::to_string(i);
    REQUIRE(capsules.ask(&issue, request));
  }
  REQUIRE(capsules.gate_codes().empty());
  auto& database = *capsules.database;

  SECTION("bytes that were changed") {
    database.execute("UPDATE capsule_capsule SET document = replace(document, 'decides', 'devides') WHERE number = 7");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_HASH_WRONG"});
  }
  SECTION("an id of another capsule") {
    database.execute("UPDATE capsule_capsule SET id = 'c-0000000000000000' WHERE number = 60");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_HASH_WRONG"});
  }
  SECTION("a document that is none") {
    database.execute("UPDATE capsule_capsule SET document = '{}' WHERE number = 1");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_HASH_WRONG", "CAPSULE_UNREADABLE"});
  }
  SECTION("a column that says something else") {
    auto const column = GENERATE("topic", "scope", "tier", "policy", "commit_id");
    database.execute("UPDATE capsule_capsule SET " + std::string(column) + " = 'high' WHERE number = 3");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_COLUMN_WRONG"});
  }
  SECTION("a count that is off") {
    database.execute("UPDATE capsule_capsule SET excerpts = 9 WHERE number = 3");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_COLUMN_WRONG"});
  }
  SECTION("somebody else, or another time, than the trail says") {
    auto const change = GENERATE("issued_by = 'mallory'", "issued_at = issued_at + 1");
    database.execute("UPDATE capsule_capsule SET " + std::string(change) + " WHERE number = 3");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_COLUMN_WRONG"});
  }
  SECTION("a task that is gone") {
    capsules.world.tasks.erase("t-low");
    CHECK(capsules.gate_codes().size() == 20);
    CHECK(capsules.gate_codes().front() == "CAPSULE_TASK_GONE");
  }
  SECTION("a capsule that was put there by hand, whole and sound") {
    database.execute(
        "DELETE FROM audit_index WHERE term = (SELECT 'key:capsule/hash/' || lower(hex(hash)) FROM"
        " capsule_capsule WHERE number = 5)");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_UNRECORDED"});
  }
  SECTION("a capsule that is gone") {
    database.execute("DELETE FROM capsule_capsule WHERE number = 5");
    CHECK(capsules.gate_codes() == Codes{"CAPSULE_GONE"});
  }
}

}  // namespace decapod::capsule
