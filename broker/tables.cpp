#include <decapod/broker/tables.h>
#include <decapod/ledger/ledger.h>
#include <decapod/ledger/trail.h>
#include <decapod/storage/transaction.h>

#include <algorithm>

#include "opening.h"

namespace decapod::broker {
namespace {

// All by which a store tells that a subsystem was used.
class Traces {
 public:
  Traces(storage::Database& database, std::string const& noted)
      : database_(database), noted_(' ' + noted), tables_(storage::tables_in(database)) {
    is_indexed_ = std::ranges::find(tables_, "audit_index") != tables_.end();
    if (is_indexed_) recorded_ = ledger::subsystems_on_record(database);
  }
  // nullptr: it was not.
  char const* of(std::string_view subsystem) const {
    auto const is_its = [&](std::string const& table) { return storage::is_table_of(subsystem, table); };
    if (std::ranges::any_of(tables_, is_its)) return "there are some";
    bool const is_recorded = is_indexed_ ? recorded_.contains(subsystem) : ledger::is_on_record(database_, subsystem);
    if (is_recorded) return "the trail has changes of them";
    bool const is_noted = noted_.find(' ' + std::string(subsystem) + ' ') != std::string::npos;
    return is_noted ? "they were noted as made" : nullptr;
  }

 private:
  storage::Database& database_;
  std::string noted_;
  std::vector<std::string> tables_;
  bool is_indexed_ = false;
  std::set<std::string, std::less<>> recorded_;
};

}  // namespace

Tables::Tables(storage::Database& database, Directory const& directory)
    : database_(database), directory_(directory), steps_(all_migrations(directory)) {
  database_.declare_schema(steps_);
}

Result<std::int64_t> Tables::open(storage::OpenMode mode, Note note) {
  note_ = note;
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
    bool const is_there = subsystem->migrations.empty() || store.subsystems.contains(subsystem->name);
    states_.push_back(is_there ? State::there : State::none);
  }
  list();
  // A file that is no store yet has nothing to show.
  if (store.format != 0) require_never_used();
}

void Tables::list() {
  in_use_.clear();
  for (auto const* subsystem : directory_.subsystems()) {
    if (is_in_use(state_of(*subsystem))) in_use_.push_back(subsystem);
  }
}

void Tables::replace(State from, State to) {
  std::ranges::replace(states_, from, to);
}

Tables::State& Tables::state_of(contract::Subsystem const& subsystem) {
  auto const all = directory_.subsystems();
  return states_[static_cast<std::size_t>(std::ranges::find(all, &subsystem) - all.begin())];
}

contract::Subsystem const* Tables::owner(contract::Operation const& operation) const {
  auto const all = directory_.subsystems();
  auto const found = std::ranges::find(all, operation.type->verb->subsystem, &contract::Subsystem::name);
  return found != all.end() ? *found : nullptr;
}

// The names of those in use that have tables of their own, and of `another`.
std::string Tables::names_in_use(contract::Subsystem const* another) {
  std::string names;
  for (auto const* subsystem : directory_.subsystems()) {
    bool const in_use = subsystem == another || is_in_use(state_of(*subsystem));
    if (in_use && !subsystem->migrations.empty()) (names += subsystem->name) += ' ';
  }
  return names;
}

// The store says twice who is in use, and two rows are compared in no time; only where they differ are its tables and
// its trail asked.
void Tables::require_never_used() {
  auto const noted = ledger::noted_subsystems(database_);
  noted_ = noted == names_in_use() ? Noted::yes : Noted::no;
  bool const believed = noted_ == Noted::yes && note_ == Note::believed;
  if (believed || all_in_use()) return;
  require_no_trace(directory_.subsystems());
}

void Tables::require_no_trace(std::span<contract::Subsystem const* const> subsystems) {
  Traces const traces(database_, ledger::noted_subsystems(database_).value_or(""));
  for (auto const* subsystem : subsystems) {
    if (is_in_use(state_of(*subsystem))) continue;
    auto const* trace = traces.of(subsystem->name);
    if (trace == nullptr) continue;
    throw storage::Failure(ErrorCode::corrupt, 0,
                           "the store's tables were changed: those of " + std::string(subsystem->name) +
                               " count as not made, and " + trace);
  }
}

void Tables::note() {
  if (noted_ != Noted::no) return;
  ledger::note_subsystems(database_, names_in_use());
  noted_ = Noted::in_this_group;
}

void Tables::begin_for(contract::Operation const& operation) {
  if (auto const* subsystem = owner(operation)) begin(*subsystem);
  note();
}

void Tables::begin(contract::Subsystem const& subsystem) {
  auto& state = state_of(subsystem);
  if (is_in_use(state)) return;
  auto const* one = &subsystem;
  require_no_trace(std::span(&one, 1));
  storage::Savepoint whole(database_);
  storage::begin_subsystem(database_, steps_, subsystem.name);
  ledger::note_subsystems(database_, names_in_use(&subsystem));
  whole.release();
  state = State::begun;
  noted_ = Noted::in_this_group;
  list();
}

void Tables::keep() {
  replace(State::begun, State::there);
  if (noted_ == Noted::in_this_group) noted_ = Noted::yes;
}

// What stood in for them before may stand there again; the next read makes it anew.
void Tables::undo() {
  if (noted_ == Noted::in_this_group) noted_ = Noted::no;
  if (std::ranges::find(states_, State::begun) == states_.end()) return;
  replace(State::begun, State::none);
  list();
}

void Tables::stand_in_for(contract::Operation const& operation) {
  if (all_in_use()) return;
  if (operation.reach == contract::Reach::every_table) {
    for (auto const* subsystem : directory_.subsystems()) stand_in(*subsystem);
  } else if (auto const* subsystem = owner(operation)) {
    if (state_of(*subsystem) == State::none) require_no_trace(std::span(&subsystem, 1));
    stand_in(*subsystem);
  }
}

void Tables::stand_in(contract::Subsystem const& subsystem) {
  auto& state = state_of(subsystem);
  if (state == State::stood_in || is_in_use(state)) return;
  storage::stand_in(database_, steps_, subsystem.name);
  state = State::stood_in;
}

}  // namespace decapod::broker
