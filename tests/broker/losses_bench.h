#pragma once
// What is lost of a store, in the words of tests.

#include <decapod/broker/losses.h>
#include <decapod/broker/witness.h>

#include "engine_fixture.h"

namespace decapod::test {

// As a winner that leaves its log to the broker.
inline broker::EngineOptions handing_over(Store const& store) {
  auto options = Bench::options_of(store);
  options.on_close = storage::OnClose::keep_wal;
  return options;
}

inline std::vector<broker::Loss> losses_of(Store const& store) {
  return broker::read_losses(store.paths().directory);
}

inline std::optional<broker::Acknowledged> witness_of(Store const& store) {
  return broker::Witness(store.paths().directory).read();
}

inline void write_many(Bench& bench, int from, int to) {
  for (int i = from; i <= to; ++i) {
    REQUIRE(bench.write(add("a", "k" + std::to_string(i))).status == ipc::Status::COMMITTED);
  }
}

}  // namespace decapod::test
