#pragma once
// What a handler may ask about requests that were committed before it. The ledger's marker is the only sign of a
// completed write: whoever refers to one names its marker, and asks here whether the store confirms it.

#include <decapod/base/clock.h>
#include <decapod/base/id.h>
#include <decapod/base/result.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::contract {

class Context;

// A committed request, as its record in the chain of mutations tells it.
struct Commit {
  Marker marker;
  std::string request_id;
  std::string operation;  // "workunit.prove"
  std::string actor;
  Timestamp at;
  std::vector<std::string> affected_keys;
};

inline bool names_key(Commit const& commit, std::string_view key) {
  return std::ranges::find(commit.affected_keys, key) != commit.affected_keys.end();
}

// Answered by the subsystem that may see the ledger.
struct CommitLog {
  std::optional<Commit> (*at)(Context& context, Marker marker);
  std::optional<Commit> (*last)(Context& context, std::string_view key);
};

// The request that was committed under this marker. marker_unconfirmed: none was, or the number belongs to another
// epoch, as after a restore.
Result<Commit> commit_at(Context& context, Marker marker);

// The newest committed request that says it changed `key`; nullopt: none does.
std::optional<Commit> last_commit_of(Context& context, std::string_view key);

}  // namespace decapod::contract
