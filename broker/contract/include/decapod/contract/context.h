#pragma once
// What a handler may see and touch while it runs.

#include <decapod/base/caller.h>
#include <decapod/base/clock.h>
#include <decapod/base/id.h>
#include <decapod/contract/policy_in_force.h>
#include <decapod/storage/database.h>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace decapod::contract {

struct Subsystem;

// Borrowed, each in the order of the build.
struct Subsystems {
  std::span<Subsystem const* const> all;  // whose operations there are
  // Whose tables there are: those without any, and those that were once asked for something. Whoever reads or judges
  // what is kept asks these alone: the others keep nothing.
  std::span<Subsystem const* const> in_use;

  static Subsystems used(std::span<Subsystem const* const> all) { return {.all = all, .in_use = all}; }
};

// What a handler has before it.
enum class Standing : std::uint8_t {
  live,    // the store that is served
  copy,    // a page copy of it, in the process that asked
  staged,  // what will be the store, if all goes well: nobody sees it yet
};

// How much of each exported chain a handler may hold against the store, in bytes: a copy knows nothing of what was
// exported after it was made.
struct ExportedBytes {
  std::uint64_t mutations = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t reads = std::numeric_limits<std::uint64_t>::max();
};

// Facts about the store and its tenure that a handler may report.
struct StoreFacts {
  std::string store_uuid;
  std::int64_t generation = 0;
  std::string state_directory;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;  // of the newest mutation: a write that is being handled becomes the next
  Standing standing = Standing::live;
  std::string file;  // of a copy or of a staged store
  ExportedBytes exported;
};

// What a request did, besides its reply.
struct Effects {
  std::vector<std::string> affected_keys;  // "todo/item/t-4k2m": what changed, for the audit record and the caches
  std::optional<Timestamp> valid_until;    // a read that depends on the clock: until when its reply stays true
};

// What the policy's judgement rests on besides the caller's name, which gives no trust.
struct Governing {
  std::string_view token;          // that came with the request; never recorded, never part of a message
  PolicyMemory* memory = nullptr;  // of the engine; nullptr: nothing is kept
};

// Lives for one call of one handler, on the worker's thread; everything in it is borrowed.
class Context {
 public:
  Context(storage::Database& store, Caller const& caller, Instant const& now, std::string_view request_id,
          StoreFacts const& facts, Subsystems const& subsystems, Governing governing = {})
      : store_(store),
        caller_(caller),
        now_(now),
        request_id_(request_id),
        facts_(facts),
        subsystems_(subsystems),
        governing_(governing) {}

  storage::Database& store() { return store_; }
  Caller const& caller() const { return caller_; }
  Instant const& now() const { return now_; }
  std::string_view request_id() const { return request_id_; }
  StoreFacts const& facts() const { return facts_; }
  std::span<Subsystem const* const> subsystems() const { return subsystems_.all; }
  std::span<Subsystem const* const> in_use() const { return subsystems_.in_use; }
  // What this write will be called if it is committed.
  Marker marker() const { return {facts_.epoch, facts_.commit_seq + 1}; }

  // For who offers the policy (authority.h).
  std::string_view token() const { return governing_.token; }
  PolicyMemory& policy_memory() { return governing_.memory != nullptr ? *governing_.memory : own_memory_; }
  // The approval by which this request was let in; "" if none was needed.
  std::string const& approval() const { return approval_; }
  void admitted_by(std::string approval) { approval_ = std::move(approval); }

  // "subsystem/kind/id". Writes name everything they change.
  void affects(std::string key) { effects_.affected_keys.push_back(std::move(key)); }
  void valid_until(Timestamp time) {
    if (!effects_.valid_until || time < *effects_.valid_until) effects_.valid_until = time;
  }
  Effects& effects() { return effects_; }

 private:
  storage::Database& store_;
  Caller const& caller_;
  Instant const& now_;
  std::string_view request_id_;
  StoreFacts const& facts_;
  Subsystems subsystems_;
  Governing governing_;
  PolicyMemory own_memory_;
  std::string approval_;
  Effects effects_;
};

}  // namespace decapod::contract
