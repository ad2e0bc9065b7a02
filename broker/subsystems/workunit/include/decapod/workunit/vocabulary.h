#pragma once
// The words of a work unit: where it stands, what it refers to, what a proof is and what it is worth.

#include <boost/describe.hpp>
#include <cstdint>

namespace decapod::workunit {

enum class State : std::uint8_t {
  draft,      // what is to be proved is being written down
  executing,  // it is being worked on
  claimed,    // whoever works on it says that it is done, at one tree
  verified,   // every gate was proved at that tree, as the policy asks for
};
BOOST_DESCRIBE_ENUM(State, draft, executing, claimed, verified)

// Counts upwards: what comes later is worth more. The names are the policy's.
enum class Level : std::uint8_t {
  asserted,    // said by somebody
  observed,    // run by decapod in the agent's own process, where it can be forged
  reproduced,  // run again elsewhere, and signed with a key that the policy names
};
BOOST_DESCRIBE_ENUM(Level, asserted, observed, reproduced)

enum class Outcome : std::uint8_t { passed, failed };
BOOST_DESCRIBE_ENUM(Outcome, passed, failed)

// How a command came to its end.
enum class Ending : std::uint8_t {
  exited,
  signalled,
  timed_out,
  flooded,      // it printed more than it might
  not_started,  // there is no such program
  not_run,      // a dry run
};
BOOST_DESCRIBE_ENUM(Ending, exited, signalled, timed_out, flooded, not_started, not_run)

enum class ReferenceKind : std::uint8_t {
  spec,     // what is asked for
  state,    // what the work is about
  capsule,  // the context that the work was given
};
BOOST_DESCRIBE_ENUM(ReferenceKind, spec, state, capsule)

// What a gate lacks.
enum class Lack : std::uint8_t {
  nothing,
  proof,         // there is none at this tree
  this_tree,     // it was proved, at another tree
  this_command,  // it was proved, by another command than the planned one
  success,       // it failed, and no proof of that level or a higher one has passed since
  agreement,     // somebody ran it again, and it failed there
  freshness,     // the proof is too old
  level,         // the proof is worth less than the policy asks for
  signer,        // it was run again, and whoever signed that is trusted no more
};
BOOST_DESCRIBE_ENUM(Lack, nothing, proof, this_tree, this_command, success, agreement, freshness, level, signer)

}  // namespace decapod::workunit
