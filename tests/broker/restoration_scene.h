#pragma once
// A store with a snapshot to go back to, and the ways of a restore that tests take.

#include <decapod/broker/copied_read.h>
#include <decapod/broker/restoration.h>
#include <decapod/broker/trail_export.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "engine_fixture.h"

namespace decapod::test {

using broker::Job;
using broker::Keep;
using broker::Restoration;
using broker::RestoreWatch;

inline SteadyTime soon() {
  return std::chrono::steady_clock::now() + Millis(30'000);
}

inline Job job_of(ipc::Request request) {
  return {.request = std::move(request), .arrived = std::chrono::steady_clock::now(), .deadline = soon()};
}

// Any write will do as the request that records the restore.
inline Job restoring(std::string const& key = "restore-1") {
  return job_of(add("restored", key));
}

inline void add_times(Bench& bench, int times, std::string const& prefix) {
  for (int i = 0; i < times; ++i) {
    REQUIRE(bench.write(add("a", prefix + std::to_string(i))).status == ipc::Status::COMMITTED);
  }
}

// A store with two additions in the snapshot and three more after it.
class Scene {
 public:
  Scene() {
    Bench bench(store);
    add_times(bench, 2, "before-");
    auto const own =
        broker::copy_at_once(bench.engine(), store.paths(), job_of(request("counter.sum", {}, "")), store.clock());
    REQUIRE(own.copy.has_value());
    std::filesystem::copy_file(own.copy->path(), snapshot);
    add_times(bench, 3, "after-");
    broker::TrailExport trail(store.paths());
    REQUIRE(trail.catch_up(bench.engine().database()) == broker::Progress::done);
  }

  Result<ipc::Reply> restore(RestoreWatch watch = {}, Keep keep = Keep::old_store, Job const& job = restoring()) {
    auto const directory = counters();
    Restoration restoration(store.paths(), "store-2", directory, store.clock(), std::move(watch));
    kept = restoration.kept_directory();
    DECAPOD_CHECK(restoration.stage(snapshot, soon()));
    DECAPOD_TRY(auto const old, restoration.retire(job));
    if (old.replayed) return *old.replayed;
    DECAPOD_TRY(auto reply, restoration.commit(job, old));
    if (reply.status != ipc::Status::COMMITTED) return reply;
    DECAPOD_CHECK(restoration.replace(keep));
    return reply;
  }

  std::string state(std::string_view name) const { return store.paths().directory + '/' + std::string(name); }

  TempDirectory scratch;
  Store store;
  std::string snapshot = scratch / "snapshot.db";
  std::string kept;
};

inline std::string code_of(Result<ipc::Reply> const& result) {
  return result ? error_of(*result) : name_of(result.error().code);
}

}  // namespace decapod::test
