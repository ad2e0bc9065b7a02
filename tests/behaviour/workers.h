#pragma once
// Many shells at once, as threads that start one process after the other.

#include <support/repository.h>

#include <functional>
#include <thread>
#include <vector>

namespace decapod::test {

// Runs work(0) to work(count - 1), each in a thread, and waits for all. `work` must not use Catch2's assertions.
inline void in_parallel(int count, std::function<void(int)> const& work) {
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
}

// What went wrong with an answer, for a message: exit status, standard output and error.
inline std::string told(Answer const& answer) {
  return "exit " + std::to_string(answer.process.status) + ": " + answer.process.output + answer.process.error;
}

}  // namespace decapod::test
