#pragma once
// Bringing a store's tables to what this binary knows. Only a leader writes; readers look and judge.

#include <decapod/storage/database.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::storage {

// When a subsystem gets its first tables. SQLite reads the whole schema whenever it opens a store, so those that nobody
// has used yet would cost every command that leads.
enum class Begin : std::uint8_t { with_the_store, when_asked };

// One step of one subsystem. Versions of a subsystem count 1, 2, 3…, in this order; a published step never changes.
struct MigrationStep {
  std::string_view subsystem;
  int version = 0;
  std::string_view sql;  // no BEGIN, no PRAGMA; each statement begins a line, and CREATE is written in capitals
  Begin begin = Begin::with_the_store;
};

// The layout of the store as a whole: what the file is for, and what `schema_version` means. Raised only when a store
// can no longer be understood through `schema_version` alone.
inline constexpr int kStoreFormat = 1;

// What a store holds. A new, empty file has format 0 and no subsystems.
struct SchemaVersions {
  int format = 0;
  std::map<std::string, int, std::less<>> subsystems;  // the highest applied version of each

  // One number to compare binaries by: how many steps each knows. It grows by one with every step of any subsystem, so
  // of two binaries of one line of development the newer has the higher number. A store has fewer: those that it
  // needed.
  int schema() const;
  friend bool operator==(SchemaVersions const&, SchemaVersions const&) = default;
};

// What the steps amount to once they are all applied.
SchemaVersions known_versions(std::span<MigrationStep const> steps);

// Reads only; works in every OpenMode. corrupt: the file is another program's database. Throws Failure.
Result<SchemaVersions> current_versions(Database& database);

// store_too_new: the store has a format, a subsystem or a version that the binary does not know.
Result<void> check_supported(SchemaVersions const& store, SchemaVersions const& binary);

enum class MigrationOutcome : std::uint8_t { nothing_to_do, migrated };

struct Migrated {
  MigrationOutcome outcome = MigrationOutcome::nothing_to_do;
  SchemaVersions versions;  // of the store, as it is now
};

// Applies, in the given order and in one write transaction, the steps that the store lacks, and records each in table
// schema_version(subsystem, version). A subsystem that begins when it is asked, and has not begun, is left out. Either
// all of them are applied or none. store_too_new and corrupt: as above, the store is unchanged. internal: the steps of
// a subsystem do not count 1, 2, 3…. Throws Failure.
Result<Migrated> apply_migrations(Database& database, std::span<MigrationStep const> steps);

// Makes the tables of a subsystem that has not begun: its steps among `steps`, inside the caller's write transaction.
// What stood in for them goes. Throws Failure.
void begin_subsystem(Database& database, std::span<MigrationStep const> steps, std::string_view subsystem);

// The tables in the store's file, whatever `schema_version` says. Throws Failure.
std::vector<std::string> tables_in(Database& database);
// Whether a table of that name belongs to the subsystem.
bool is_table_of(std::string_view subsystem, std::string_view table);

// Tables in memory that stand in for those of a subsystem that has not begun, so that a read finds none of its rows
// instead of no tables. Works in every OpenMode, outside of a transaction; they go with the connection. Throws Failure.
void stand_in(Database& database, std::span<MigrationStep const> steps, std::string_view subsystem);

}  // namespace decapod::storage
