#pragma once
// Runs a plan from beginning to end, and judges what is left.

#include <inquest.h>
#include <memory_vfs.h>
#include <support/temp_directory.h>

#include "world.h"

namespace decapod::sim {

struct Outcome {
  std::vector<std::string> broken;  // promises; empty: none
  std::string trace;                // "" unless it was asked for
  std::uint64_t events = 0;
  Micros lasted = 0;
  int leaders = 0;  // brokers that were started
  std::uint64_t committed = 0;
};

enum class Tracing : std::uint8_t { off, on };

// The scratch folder, the disk's place in SQLite and the stacks, for many runs. One at a time in a process: whoever
// names no file access to SQLite uses this one's disk while it lives.
class Runner {
 public:
  Runner();
  Outcome run(Plan const& plan, Defect defect = Defect::none, Tracing tracing = Tracing::off);

 private:
  test::Image prepare();

  test::TempDirectory scratch_;
  std::string folder_;
  std::string inquest_folder_;
  test::MemoryVfs vfs_;
  test::Inquest inquest_;
  Stacks stacks_;
  test::Image prepared_;  // a store that is empty and closed
};

}  // namespace decapod::sim
