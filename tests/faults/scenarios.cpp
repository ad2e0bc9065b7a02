#include "scenarios.h"

#include <fault_vfs.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "memory_vfs.h"

namespace decapod::test {
namespace {

using storage::CheckpointMode;
using storage::OnClose;

std::vector<Ask> named(std::string const& prefix, int count) {
  std::vector<Ask> asks;
  for (int i = 0; i < count; ++i) asks.push_back({.name = prefix + std::to_string(i)});
  return asks;
}

void open_a_fresh_store(Session& session) {
  session.open();
  session.close();
}

void write_once(Session& session) {
  session.open(OnClose::keep_wal);
  session.write({{"a"}});
  session.close();
}

// Refusals of every kind at the first, a middle and the last place; two of them make SQLite drop the whole group.
void write_a_group_with_refusals(Session& session) {
  session.open(OnClose::keep_wal);
  session.write({{"b0", Way::refuse}, {"b1"}, {"b2", Way::busy}, {"b3"}, {"b4", Way::constraint}});
  session.write({{"b5"}, {"b6", Way::roll_back}, {"b7"}, {"b8", Way::refuse}});
  session.write({{"b9", Way::exception}, {"b10"}, {"b11", Way::roll_back}});
  session.close();
}

void repeat_requests(Session& session) {
  session.open();
  session.write({{"a"}});
  session.write({{"a"}, {"s0"}, {"b"}, {"b"}});
  session.write({{"r", Way::refuse}, {"r", Way::refuse}});
  session.write({{"a"}, {"b"}, {"r", Way::refuse}});
  session.close();
}

// As the broker does between requests, here after each group.
void fold_the_log_in_between(Session& session) {
  session.open();
  for (int round = 0; round < 3; ++round) {
    session.write(named("c" + std::to_string(round) + "-", 2));
    session.checkpoint(CheckpointMode::passive);
  }
  session.write({{"d"}});
  session.checkpoint(CheckpointMode::truncate);
  session.write({{"e"}});
  session.close();
}

void fold_the_log_in_when_leaving(Session& session) {
  session.open();
  session.write(named("a", 3));
  session.close();
  session.open();
  session.write({{"b"}});
  session.close();
}

void export_what_was_committed(Session& session) {
  session.open();
  session.write({{"a"}, {"b", Way::refuse}});
  session.read("a");
  session.settle();
  session.export_trail();
  session.write({{"c"}});
  session.export_trail();
  session.close();
}

void read_in_between(Session& session) {
  session.open(OnClose::keep_wal);
  session.read("s0");
  session.write({{"a"}});
  session.read("a");
  session.settle();
  session.read("none");
  session.write({{"b"}});
  session.close();
}

// A successor, its successor, and nobody in between closes properly.
void take_over(Session& session) {
  session.open();
  session.read("w");
  session.write({{"w"}, {"s1"}, {"a"}});
  session.die();
  session.open();
  session.read("a");
  session.write({{"b"}, {"a"}});
  session.close();
}

// Twice as a broker leaves it, and once as a command leaves it to a broker.
void write_into_a_prepared_log(Session& session) {
  session.open();
  session.write({{"a"}, {"b"}});
  session.write({{"c"}});
  session.close();
  session.open(OnClose::keep_wal);
  session.write({{"d"}});
  session.close();
  session.open();
  session.write({{"e"}});
  session.close();
}

// What was written into it is all that a broker leaves that is killed.
void take_over_a_prepared_log(Session& session) {
  session.open();
  session.write({{"a"}, {"b", Way::refuse}});
  session.die();
  session.open();
  session.read("a");
  session.write({{"c"}, {"a"}});
  session.close();
}

constexpr std::array kScenarios = {
    Scenario{"open a fresh store", Start::nothing, open_a_fresh_store},
    Scenario{"write once", Start::closed_store, write_once},
    Scenario{"write a group with refusals", Start::closed_store, write_a_group_with_refusals},
    Scenario{"repeat requests", Start::closed_store, repeat_requests},
    Scenario{"fold the log in between", Start::closed_store, fold_the_log_in_between},
    Scenario{"fold the log in when leaving", Start::store_with_wal, fold_the_log_in_when_leaving},
    Scenario{"export what was committed", Start::closed_store, export_what_was_committed},
    Scenario{"read in between", Start::store_with_wal, read_in_between},
    Scenario{"take over a log", Start::store_with_wal, take_over},
    Scenario{"take over a log without a lasting name", Start::unnamed_wal, take_over},
    Scenario{"write into a prepared log", Start::prepared_store, write_into_a_prepared_log},
    Scenario{"take over a prepared log", Start::prepared_store, take_over_a_prepared_log},
    // Last, as it has the most states: it makes up for those that have few.
    Scenario{"take over a log that was not synced", Start::unsynced_wal, take_over},
};

// Everything else of a process that is killed: the disk does nothing for it any more.
void kill_at_the_next_sync_of_the_log(FaultVfs& process) {
  process.inject({.operation = FileOperation::sync,
                  .file = FileKind::wal,
                  .at = 1,
                  .code = SQLITE_IOERR_FSYNC,
                  .os_error = EIO,
                  .repeat = Repeat::gone});
}

}  // namespace

std::span<Scenario const> scenarios() {
  return kScenarios;
}

Prepared prepare(Start start, std::string const& folder) {
  Prepared prepared;
  if (start == Start::nothing) return prepared;
  MemoryVfs memory("preparing", folder);
  FaultVfs process("preparing-process", memory.vfs());
  memory.mount(prepared.disk);
  Session session(folder, process.name(), {});
  session.open(start == Start::prepared_store ? OnClose::prepare_log : OnClose::checkpoint);
  session.write(named("s", 2));
  session.write({{"s2"}, {"s3"}});
  session.close();
  if (start != Start::closed_store && start != Start::prepared_store) {
    session.open();
    if (start == Start::unsynced_wal) session.write({{"v"}});
    if (start != Start::store_with_wal) kill_at_the_next_sync_of_the_log(process);
    session.write({{"w"}});
    session.die();
  }
  if (!session.findings().empty()) throw std::logic_error("preparing a store: " + session.findings().front());
  prepared.knowledge = session.knowledge();
  if (prepared.knowledge.requests["s3"].commit_seq != 4)
    throw std::logic_error("preparing a store: it has no requests");
  return prepared;
}

}  // namespace decapod::test
