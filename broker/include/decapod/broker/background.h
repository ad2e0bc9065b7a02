#pragma once
// Work that should not slow down others who want the processor.

#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>

namespace decapod::broker {

inline constexpr int kBackgroundNice = 10;

// Lets everybody else come before this thread, from now on: a tenth of the weight, no claim to the processor when it
// wakes, and at most a tenth of a millisecond at a time while others wait. What the kernel does not know of these it
// leaves out.
void give_way();

// Runs `work` in a thread of a lower priority and waits for it: what it returns is returned, what it throws is thrown.
// A thread of its own, because a priority that was lowered cannot be raised again, and Linux keeps one for each thread.
// Where there is no memory for a thread, in this one.
template <class Work>
auto in_background(Work const& work) -> std::invoke_result_t<Work const&> {
  std::optional<std::invoke_result_t<Work const&>> result;
  std::exception_ptr fault;
  std::thread worker;
  try {
    worker = std::thread([&] {
      give_way();
      try {
        result.emplace(work());
      } catch (...) {
        fault = std::current_exception();
      }
    });
  } catch (std::system_error const&) {
    return work();
  }
  worker.join();
  if (fault) std::rethrow_exception(fault);
  return *std::move(result);
}

}  // namespace decapod::broker
