#pragma once
// What one subsystem may ask about a piece of work that another one keeps, whose tables it does not know.

#include <decapod/base/clock.h>
#include <decapod/base/id.h>
#include <decapod/base/json.h>
#include <decapod/base/result.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::contract {

class Context;

enum class WorkStatus : std::uint8_t {
  open,  // nobody holds it, or the lease of whoever held it has ended
  held,
  finished,
  put_away,  // finished, and out of sight
};
BOOST_DESCRIBE_ENUM(WorkStatus, open, held, finished, put_away)

struct WorkHolder {
  std::string actor;
  std::optional<std::string> session;  // nullopt: handed over, and not taken up yet
  std::int64_t token = 0;
  Timestamp until;  // the holder's claim is in force until then
};

struct WorkFacts {
  std::string id;  // the whole of it, as it is stored
  std::string title;
  WorkStatus status = WorkStatus::open;
  std::optional<WorkHolder> holder;  // exactly while status is held
  std::vector<std::string> labels;   // sorted
};

// The work with this id, or with the only id that begins so. What it says of a claim is true at Context::now: a read
// that tells of it is bounded by WorkHolder::until. not_found, ambiguous_id: with suggestions; internal: no subsystem
// keeps work.
Result<WorkFacts> work_facts(Context& context, std::string_view id);

// What a workunit was found to have proved.
struct WorkunitVerdict {
  std::string tree;    // hex: of the files that its proofs speak of, without what decapod writes to be committed
  std::string head;    // hex: the commit that was checked out
  std::string base;    // hex: the commit that the work began at
  std::string risk;    // what the policy said of its labels and paths
  std::string level;   // of proof, that every gate was asked for
  std::string policy;  // hex: the policy that judged
  Marker marker;       // of the commit that found it so; the store confirms it
};

struct WorkunitFacts {
  std::string id;                          // the whole of it, as it is stored
  std::string task;                        // whose work it is: the id of a piece of work
  std::string sum;                         // hex: SHA-256 of `document` in its compact spelling; the trail names it
  json::object document;                   // what is exported of it: intent, references, plan, state, proofs
  std::optional<WorkunitVerdict> verdict;  // exactly while it is verified
};

// The workunit with this id, or of the only task whose id begins so. not_found: there is none, or no subsystem keeps
// workunits. marker_unconfirmed: it is not what its last recorded change left behind.
Result<WorkunitFacts> workunit_facts(Context& context, std::string_view id);

// A context capsule, as whoever refers to one needs it.
struct CapsuleFacts {
  std::string id;        // the whole of it, as it is stored
  std::string hash;      // hex; the trail names it
  std::string document;  // its canonical bytes
  Marker marker;         // of the newest commit that issued it; the store confirms it
};

// The capsule with exactly this id. not_found: there is none, or no subsystem keeps capsules. marker_unconfirmed: its
// bytes are not what any recorded issue left behind.
Result<CapsuleFacts> capsule_facts(Context& context, std::string_view id);

// One step of how something came to be promoted.
struct LineageStep {
  std::string what;  // "capsule c-1f0c8e2a94b7d035"
  Marker marker;     // of the commit that took it
};

// In the order of their commits; the promotion itself comes last. not_found: there is no promotion with this id, or no
// subsystem keeps promotions.
Result<std::vector<LineageStep>> lineage_steps(Context& context, std::string_view id);

}  // namespace decapod::contract
