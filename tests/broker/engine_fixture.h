#pragma once
// A store in a scratch directory with an engine over it, and the words in which tests ask it.

#include <decapod/broker/engine.h>
#include <decapod/ledger/trail.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "counter_subsystem.h"

namespace decapod::test {

// The machine's clocks, and a wall clock that somebody sets.
class SettableClock final : public Clock {
 public:
  Instant now() override;
  SteadyTime steady() override { return machine_->steady(); }
  void set_wall_ahead(Millis time) { ahead_ms_ = time.count(); }  // any thread

 private:
  std::unique_ptr<Clock> machine_ = system_clock("boot-1");
  std::atomic<std::int64_t> ahead_ms_ = 0;
};

class Store {
 public:
  Store();
  StatePaths const& paths() const { return paths_; }
  SettableClock& clock() { return clock_; }

 private:
  TempDirectory directory_;
  StatePaths paths_;
  SettableClock clock_;
};

// As if every subsystem had been used before.
void begin_every_subsystem(Store& store, broker::Directory const& directory);

bool has_counters(storage::Database& database);  // whether the counters' tables were made

// Requests. The key is the idempotency key; reads have none.
ipc::Request request(std::string const& operation, json::object arguments, std::string const& key,
                     std::string const& actor = "alice");
ipc::Request add(std::string const& name, std::string const& key, std::string const& actor = "alice");
ipc::Request fail_by(Way way, std::string const& name, std::string const& key);
ipc::Request get(std::string const& name);
ipc::Request peek(std::string const& name, std::int64_t laps = 0);

class Bench {
 public:
  explicit Bench(Store& store, broker::EngineOptions options);
  explicit Bench(Store& store) : Bench(store, options_of(store)) {}
  static broker::EngineOptions options_of(Store const& store);

  broker::Engine& engine() { return *engine_; }

  ipc::Reply write(ipc::Request request) { return write_all({std::move(request)}).front(); }
  std::vector<ipc::Reply> write_all(std::vector<ipc::Request> requests);
  ipc::Reply read(ipc::Request request);

  std::int64_t count(std::string_view sql);
  std::int64_t value(std::string const& name);
  // Status, error and operation of every record, oldest first, such as "OK counter.get" or "FAILED BUSY counter.get".
  std::vector<std::string> trail(audit::Chain chain);

 private:
  broker::Job job(ipc::Request request);

  Store& store_;
  broker::Directory directory_ = counters();
  std::unique_ptr<broker::Engine> engine_;
};

std::string error_of(ipc::Reply const& reply);
// Throws std::runtime_error if it has none. Any thread: it asserts nothing.
std::int64_t value_in(ipc::Reply const& reply);

}  // namespace decapod::test
