#include <decapod/storage/migration.h>
#include <support/temp_directory.h>

#include <array>
#include <catch2/catch.hpp>

#include "raw.h"

namespace decapod::test {
namespace {

using storage::apply_migrations;
using storage::current_versions;
using storage::Database;
using storage::MigrationOutcome;
using storage::MigrationStep;

constexpr std::array kSteps = {
    MigrationStep{"todo", 1, "CREATE TABLE item (id INTEGER PRIMARY KEY); CREATE TABLE link (item INTEGER)"},
    MigrationStep{"ledger", 1, "CREATE TABLE ledger (id INTEGER PRIMARY KEY)"},
    MigrationStep{"todo", 2, "ALTER TABLE item ADD COLUMN title TEXT"},
};
constexpr std::span<MigrationStep const> kAll(kSteps);

std::unique_ptr<Database> must_open(std::string const& path, storage::OpenMode mode = storage::OpenMode::read_write) {
  auto opened = Database::open({.path = path, .mode = mode});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

TEST_CASE("a new store gets every step once") {
  TempDirectory const scratch;
  auto const store = must_open(scratch / "store.db");
  CHECK(current_versions(*store)->schema() == 0);
  CHECK(apply_migrations(*store, kAll)->outcome == MigrationOutcome::migrated);
  CHECK(apply_migrations(*store, kAll)->outcome == MigrationOutcome::nothing_to_do);
  auto const versions = *current_versions(*store);
  CHECK(versions == storage::known_versions(kAll));
  CHECK(versions.schema() == 3);
  CHECK(versions.subsystems.at("todo") == 2);
  store->execute("INSERT INTO item (title) VALUES ('x')");
}

TEST_CASE("a store that lacks some steps gets those only, and keeps its rows") {
  TempDirectory const scratch;
  auto const store = must_open(scratch / "store.db");
  CHECK(apply_migrations(*store, kAll.first(1))->outcome == MigrationOutcome::migrated);
  store->execute("INSERT INTO item VALUES (7)");
  CHECK(apply_migrations(*store, kAll)->outcome == MigrationOutcome::migrated);
  auto rows = store->query("SELECT id, title FROM item");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 7);
  CHECK(rows.is_null(1));
}

TEST_CASE("steps are applied all or none") {
  TempDirectory const scratch;
  auto const store = must_open(scratch / "store.db");
  auto const broken = std::array{kSteps[0], kSteps[1], MigrationStep{"todo", 2, "CREATE TABLE item (x)"}};
  CHECK_THROWS_AS(apply_migrations(*store, broken), storage::Failure);
  CHECK_FALSE(store->in_transaction());
  CHECK(current_versions(*store)->format == 0);
  auto rows = store->query("SELECT count(*) FROM sqlite_schema");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 0);
}

TEST_CASE("a store that is newer than the binary is refused, and not one byte of it changes") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  must_open(path)->set_on_close(storage::OnClose::checkpoint);
  {
    auto const store = must_open(path);
    REQUIRE(apply_migrations(*store, kAll).has_value());
  }
  std::span<MigrationStep const> older = kAll.first(2);
  SECTION("a version of a subsystem") {}
  SECTION("a subsystem") {
    older = kAll.first(1);
  }
  SECTION("the format") {
    Raw(path).must("PRAGMA user_version=2");
    older = kAll;
  }
  auto const before = read_file(path);
  {
    auto const store = must_open(path);
    auto const refused = apply_migrations(*store, older);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::store_too_new);
  }
  CHECK(read_file(path) == before);
}

TEST_CASE("another program's database is refused, and not one byte of it changes") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  Raw(path).must("PRAGMA journal_mode=WAL; CREATE TABLE theirs (id)");
  auto const before = read_file(path);
  {
    auto const store = must_open(path);
    auto const refused = apply_migrations(*store, kAll);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::corrupt);
  }
  CHECK(read_file(path) == before);
}

TEST_CASE("steps that do not count 1, 2, 3 are our bug") {
  TempDirectory const scratch;
  auto const store = must_open(scratch / "store.db");
  for (auto const& steps : {std::vector{MigrationStep{"todo", 2, ""}}, std::vector{kSteps[0], kSteps[0]},
                            std::vector{kSteps[0], MigrationStep{"todo", 3, ""}}}) {
    auto const refused = apply_migrations(*store, steps);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::internal);
  }
}

TEST_CASE("a store that cannot be written tells its versions too") {
  TempDirectory const scratch;
  auto const path = scratch / "store.db";
  REQUIRE(apply_migrations(*must_open(path), kAll).has_value());
  auto const store = must_open(path, storage::OpenMode::read_immutable);
  CHECK(current_versions(*store)->schema() == 3);
}

}  // namespace
}  // namespace decapod::test
