#pragma once
// How a test waits for what another thread or process is going to do.

#include <chrono>
#include <concepts>
#include <thread>

namespace decapod::test {

// Only a failure costs this much: it is long enough for a machine that has everything else to do first.
inline constexpr std::chrono::milliseconds kPatience{60'000};

// Asks every few milliseconds until the answer is yes. False if it was no for all of `patience`.
template <std::predicate Condition>
bool eventually(Condition const& condition, std::chrono::milliseconds patience = kPatience) {
  auto const until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace decapod::test
