#pragma once
// Opens what a fault or a crash left behind, through the product's own opener, and says what is in it.

#include <string>
#include <vector>

#include "asking.h"
#include "knowledge.h"
#include "memory_vfs.h"

namespace decapod::test {

// What to do beyond looking.
enum class Depth : std::uint8_t {
  look,
  ask_again,  // repeat every request that nobody is sure of, fold the WAL in, close, open, look again
};

struct Verdicts {
  Observation observation;
  std::vector<std::string> contradictions;  // empty: the store keeps its promises
};

// One at a time; owns a disk of its own under `folder`.
class Inquest {
 public:
  explicit Inquest(std::string const& folder);

  Verdicts examine(Image const& image, Knowledge const& knowledge, Depth depth);

 private:
  std::unique_ptr<broker::Engine> open(storage::OnClose on_close, std::vector<std::string>& faults);
  void look(broker::Engine& engine, Observation& observation) const;
  void ask_again(broker::Engine& engine, Observation const& before, Knowledge& knowledge,
                 std::vector<std::string>& contradictions);

  std::string folder_;
  MemoryVfs vfs_;
  StillClock clock_;
  broker::Directory directory_ = counters();
};

}  // namespace decapod::test
