#pragma once
// What clients know of their requests at one moment; and what a store is found to hold. The inquest compares the two.

#include <counter_subsystem.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace decapod::test {

enum class Known : std::uint8_t {
  unsure,            // sent, and no answer, or the answer was UNKNOWN
  seen,              // the same, but a read has shown its effect: it stays
  committed,         // the answer was COMMITTED: exactly one effect, for ever
  refused,           // the answer was NOT_COMMITTED: no effect
  refused_for_good,  // and the refusal is remembered
};

struct Answer {
  Known known = Known::unsure;
  std::uint64_t commit_seq = 0;  // of a committed one
  std::optional<Way> way;        // how the request fails; none: it succeeds
};

// By request id, which is also the name of the counter that the request adds to. What is not in it was never sent.
struct Knowledge {
  std::map<std::string, Answer> requests;
  // How far the exported trail has come: no crash may leave a store that has less.
  std::uint64_t exported_mutations = 0;
  std::uint64_t exported_reads = 0;
};

struct Found {
  std::int64_t effects = 0;
  std::string status;            // of the ledger's row; "" = none
  std::uint64_t commit_seq = 0;  // of the ledger's row
};

// `faults` is what is wrong whatever the clients know.
struct Observation {
  std::vector<std::string> faults;
  std::map<std::string, Found> requests;
  std::uint64_t mutations = 0;
  std::uint64_t reads = 0;
};

// Every contradiction, in words; empty = none.
std::vector<std::string> contradictions(Observation const& observation, Knowledge const& knowledge);

// The same text for the same observation.
std::string to_text(Observation const& observation);

}  // namespace decapod::test
