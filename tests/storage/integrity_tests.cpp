#include <decapod/storage/integrity.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include "raw.h"

namespace decapod::test {
namespace {

using storage::check_integrity;
using storage::Database;
using storage::IntegrityDepth;

std::vector<std::string> findings_in(std::string const& path, IntegrityDepth depth, int limit = 20) {
  auto const opened = Database::open({.path = path});
  REQUIRE(opened.has_value());
  return check_integrity(**opened, depth, limit);
}

TEST_CASE("a sound store has no findings") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Raw(path).must("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note VALUES (1, 'x')");
  CHECK(findings_in(path, IntegrityDepth::quick).empty());
  CHECK(findings_in(path, IntegrityDepth::full).empty());
}

TEST_CASE("rows that name missing rows are found, up to the limit") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Raw(path).must(
      "CREATE TABLE item (id INTEGER PRIMARY KEY); CREATE TABLE link (item INTEGER REFERENCES item);"
      "INSERT INTO link VALUES (1), (2), (3)");
  auto const findings = findings_in(path, IntegrityDepth::quick);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0] == "row 1 of table link names a row of item that is not there");
  CHECK(findings_in(path, IntegrityDepth::quick, 2).size() == 2);
}

TEST_CASE("a row that a condition of its table forbids is found in a private copy") {
  TempDirectory const scratch;
  auto const path = scratch / "copy.db";
  Raw(path).must(
      "PRAGMA journal_mode = WAL; CREATE TABLE item (priority INTEGER CHECK (priority < 5));"
      "PRAGMA ignore_check_constraints = ON; INSERT INTO item VALUES (77)");
  auto const before = read_file(path);
  {
    auto const opened = Database::open({.path = path, .mode = storage::OpenMode::read_private});
    REQUIRE(opened.has_value());
    auto const findings = check_integrity(**opened, IntegrityDepth::quick, 20);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].find("CHECK constraint failed in item") != std::string::npos);
    CHECK_THROWS_AS((*opened)->execute("DELETE FROM item"), storage::Failure);
  }
  CHECK(read_file(path) == before);
}

TEST_CASE("a damaged page is found") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Raw(path).must(
      "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
      " INSERT INTO note SELECT i, printf('%.100c', 'x') FROM n");
  auto bytes = read_file(path);
  for (std::size_t i = 0; i < 64; ++i) bytes[3 * 4096 + i] = '\x5a';
  write_file(path, bytes);
  CHECK_FALSE(findings_in(path, IntegrityDepth::quick).empty());
}

TEST_CASE("an index that disagrees with its table is found by the full check") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  {
    Raw store(path);
    store.must(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX by_text ON note (text);"
        "INSERT INTO note VALUES (1, 'a'), (2, 'b')");
    store.must("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 'by_text'");
    store.must("PRAGMA writable_schema=OFF");
  }
  {
    Raw store(path);
    store.run("INSERT INTO note VALUES (3, 'c')");
  }
  CHECK_FALSE(findings_in(path, IntegrityDepth::full).empty());
}

}  // namespace
}  // namespace decapod::test
