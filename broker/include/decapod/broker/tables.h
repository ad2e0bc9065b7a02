#pragma once
// Which subsystems have tables in a store, and how one gets them: with the first write that it is asked for. A read
// that comes before finds tables in memory that stand in for them, and changes nothing.

#include <decapod/broker/directory.h>
#include <decapod/storage/migration.h>

#include <span>
#include <string_view>
#include <vector>

namespace decapod::broker {

// Of one connection; used by its thread.
class Tables {
 public:
  // `database` and `directory` are borrowed.
  Tables(storage::Database& database, Directory const& directory);

  // Whether the store's note of who has tables (ledger::noted_subsystems) is enough where `schema_version` says the
  // same.
  enum class Note : std::uint8_t { believed, proved };
  // Brings a store that may be written to the versions that this build knows; of one that may only be read, judges
  // whether this build understands it. The schema to greet with (SchemaVersions::schema()): what this build knows, or
  // what the store has. store_too_new, corrupt, internal. Throws storage::Failure: corrupt, too, if a subsystem counts
  // as never used, and the note says otherwise or there is none to be believed, and there are tables or records of it.
  // So nothing looks empty, and no policy is passed over, because somebody took tables away, or the row that tells of
  // them.
  Result<std::int64_t> open(storage::OpenMode mode, Note note = Note::believed);
  // After the connection was opened anew. As open().
  Result<void> look_again();

  contract::Subsystems subsystems() const { return {.all = directory_.subsystems(), .in_use = in_use_}; }

  // For a write, inside its group's transaction: its subsystem has tables from here on, and the store says so twice.
  // They count as there until undo(); keep() when they are committed. Throws storage::Failure, and has made none:
  // corrupt, too, if there are tables or records of it in spite of what the store says twice.
  void begin_for(contract::Operation const& operation);
  void begin(contract::Subsystem const& subsystem);
  void keep();
  void undo();

  // For a read, or a dry run, outside of a transaction. Throws storage::Failure: corrupt as begin_for(), but not for a
  // read of every table, which finds what is wrong itself.
  void stand_in_for(contract::Operation const& operation);

 private:
  enum class State : std::uint8_t { none, stood_in, begun, there };
  // Whether the note is as it should be. `no`: it is older than the table, or somebody changed it.
  enum class Noted : std::uint8_t { no, in_this_group, yes };
  State& state_of(contract::Subsystem const& subsystem);
  static bool is_in_use(State state) { return state == State::begun || state == State::there; }
  bool all_in_use() const { return in_use_.size() == states_.size(); }
  contract::Subsystem const* owner(contract::Operation const& operation) const;
  void require_never_used();
  void require_no_trace(std::span<contract::Subsystem const* const> subsystems);
  std::string names_in_use(contract::Subsystem const* another = nullptr);
  void note();
  void stand_in(contract::Subsystem const& subsystem);
  void count(storage::SchemaVersions const& store);
  void list();
  void replace(State from, State to);

  storage::Database& database_;
  Directory const& directory_;
  std::vector<storage::MigrationStep> steps_;
  std::vector<State> states_;  // of the subsystems, in the order of the directory
  std::vector<contract::Subsystem const*> in_use_;
  Note note_ = Note::believed;
  Noted noted_ = Noted::no;
};

}  // namespace decapod::broker
