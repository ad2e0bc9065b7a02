#include <decapod/broker/tables.h>
#include <decapod/ledger/trail.h>

#include <algorithm>

#include "opening.h"

namespace decapod::broker {

Tables::Tables(storage::Database& database, Directory const& directory)
    : database_(database), directory_(directory), steps_(all_migrations(directory)) {
  database_.declare_schema(steps_);
}

Result<std::int64_t> Tables::open(storage::OpenMode mode) {
  auto const known = storage::known_versions(steps_);
  if (mode == storage::OpenMode::read_write) {
    DECAPOD_TRY(auto const migrated, storage::apply_migrations(database_, steps_));
    count(migrated.versions);
    return known.schema();
  }
  DECAPOD_TRY(auto const versions, storage::current_versions(database_));
  DECAPOD_CHECK(storage::check_supported(versions, known));
  count(versions);
  return versions.schema();
}

Result<void> Tables::look_again() {
  DECAPOD_TRY(auto const versions, storage::current_versions(database_));
  count(versions);
  return {};
}

void Tables::count(storage::SchemaVersions const& store) {
  states_.clear();
  for (auto const* subsystem : directory_.subsystems()) {
    states_.push_back(store.subsystems.contains(subsystem->name) ? State::there : State::none);
  }
  list();
}

void Tables::list() {
  in_use_.clear();
  for (auto const* subsystem : directory_.subsystems()) {
    if (is_in_use(*subsystem, state_of(*subsystem))) in_use_.push_back(subsystem);
  }
}

void Tables::replace(State from, State to) {
  std::ranges::replace(states_, from, to);
}

Tables::State& Tables::state_of(contract::Subsystem const& subsystem) {
  auto const all = directory_.subsystems();
  return states_[static_cast<std::size_t>(std::ranges::find(all, &subsystem) - all.begin())];
}

bool Tables::is_in_use(contract::Subsystem const& subsystem, State state) {
  return subsystem.migrations.empty() || state == State::begun || state == State::there;
}

void Tables::begin_for(std::string_view operation) {
  if (in_use_.size() == states_.size()) return;
  if (auto const* subsystem = directory_.owner(operation)) begin(*subsystem);
}

void Tables::begin(contract::Subsystem const& subsystem) {
  auto& state = state_of(subsystem);
  if (is_in_use(subsystem, state)) return;
  require_unused(subsystem);
  storage::begin_subsystem(database_, steps_, subsystem.name);
  state = State::begun;
  list();
}

// What stood in for them before may stand there again; the next read makes it anew.
void Tables::undo() {
  if (std::ranges::find(states_, State::begun) == states_.end()) return;
  replace(State::begun, State::none);
  list();
}

void Tables::stand_in_for(std::string_view operation) {
  if (in_use_.size() == states_.size()) return;
  auto const* owner = directory_.owner(operation);
  if (owner == nullptr) return;
  if (!is_in_use(*owner, state_of(*owner))) require_unused(*owner);
  stand_in(*owner);
  if (owner->reach == contract::Reach::own_tables) return;
  for (auto const* subsystem : directory_.subsystems()) {
    // Where something is wrong, the gates say what.
    if (!storage::has_tables(database_, subsystem->name)) stand_in(*subsystem);
  }
}

// Nothing must look empty because somebody took its tables away, or the row that says that they are there.
void Tables::require_unused(contract::Subsystem const& subsystem) {
  auto const because = [&](std::string_view sign) {
    return storage::Failure(ErrorCode::corrupt, 0,
                            "the store's tables were changed: those of " + std::string(subsystem.name) +
                                " count as not made, and " + std::string(sign));
  };
  if (storage::has_tables(database_, subsystem.name)) throw because("there are some");
  auto const known = ledger::query_trail(database_, {.subsystem = std::string(subsystem.name), .limit = 1});
  if (!known.records.empty()) throw because("the trail has changes of them");
}

void Tables::stand_in(contract::Subsystem const& subsystem) {
  auto& state = state_of(subsystem);
  if (state == State::stood_in || is_in_use(subsystem, state)) return;
  storage::stand_in(database_, steps_, subsystem.name);
  state = State::stood_in;
}

}  // namespace decapod::broker
