#pragma once
// How a test waits for what another thread or process is going to do, and how it measures what that one promises.

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

// The shortest time that `attempt` took, of as many tries as it needs to take less than `enough`. A loaded machine
// slows some tries down; a program that waits for too long does so in every one.
template <std::invocable Attempt>
std::chrono::steady_clock::duration shortest(std::chrono::steady_clock::duration enough, Attempt const& attempt) {
  auto best = std::chrono::steady_clock::duration::max();
  eventually([&] {
    std::chrono::steady_clock::duration const took = attempt();
    if (took < best) best = took;
    return best < enough;
  });
  return best;
}

}  // namespace decapod::test
