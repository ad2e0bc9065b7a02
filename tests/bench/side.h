#pragma once
// Who is measured: a store, and the programs that do one thing to it. Items are numbered from 1; a shell has a number.

#include <cstdint>
#include <memory>
#include <string>

#include "launch.h"
#include "row.h"

namespace decapod::bench {

// What is in a store, counted by somebody else than the program that was measured.
struct Effects {
  std::int64_t items = 0;
  std::int64_t updates = 0;
  std::int64_t claimed = 0;
  std::int64_t done = 0;
  bool operator==(Effects const&) const = default;
};

inline constexpr int kNothingThere = 3;  // exit status of a claim that found no item; the same on all sides

class Side {
 public:
  Side() = default;
  Side(Side const&) = delete;
  Side& operator=(Side const&) = delete;
  virtual ~Side() = default;

  virtual std::string name() const = 0;
  virtual Program show(int shell, int item) const = 0;
  virtual Program add(int shell, std::string const& title) const = 0;
  virtual Program update(int shell, int item, int priority) const = 0;
  virtual Program claim(int shell, int item) const = 0;
  virtual Program claim_next(int shell) const = 0;
  virtual Program done(int shell, int item) const = 0;  // of an item that prepare_done() has named

  // Off the clock, before a run: `shell` is going to finish these items.
  virtual void prepare_done(int shell, int first, int last) { (void)shell, (void)first, (void)last; }
  // Off the clock: afterwards the next operation finds a broker (warm), or none and nothing that still works (cold).
  virtual void warm() {}
  virtual void cool() {}
  // A long-lived server of this side; -1 if there is none.
  virtual pid_t server() const { return -1; }

  // Ends what runs.
  virtual Effects effects() = 0;
};

// The stock program, one statement a process.
enum class Journal { wal, rollback };
std::unique_ptr<Side> sqlite3_program(Bench const& bench, std::string const& path, int items, Journal journal);

// The static C program that opens the store, does one thing, and closes it.
enum class Closing { checkpoints, keeps_wal };
std::unique_ptr<Side> open_per_operation(Bench const& bench, std::string const& path, int items, Closing closing);
// The same in a store that has these tables as well, and it starts the empty program at its end: what no program can do
// without that opens such a store, writes, and leaves another process behind.
std::unique_ptr<Side> laden_open_per_operation(Bench const& bench, std::string const& path, int items,
                                               std::string const& schema);

// Rows of `query`, columns separated by '|', from a copy of the database `path` and its WAL in `scratch`.
std::string ask_copy(std::string const& path, std::string const& scratch, std::string const& query);
// Effects counted in a peer's store.
Effects peer_effects(Bench const& bench, std::string const& path);
void make_peer_store(Bench const& bench, std::string const& path, int items);

}  // namespace decapod::bench
