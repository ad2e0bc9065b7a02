#pragma once
// System calls of a process that shares its parent's memory, and with it what the C library keeps for a thread: the
// library's calls would leave their errno where the parent looks for its own.

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <type_traits>

namespace decapod::cli {

// Whether a call can be made past the library here. Where not, the process needs a memory of its own.
#if defined(__x86_64__)
inline constexpr bool kCallsPastLibrary = true;
#else
inline constexpr bool kCallsPastLibrary = false;
#endif

using KernelWords = std::array<long, 5>;

inline long call_kernel(long number, KernelWords const& words) {
#if defined(__x86_64__)
  long result = number;
  asm volatile(
      "mov %[fourth], %%r10\n\t"
      "mov %[fifth], %%r8\n\t"
      "syscall"
      : "+a"(result)
      : "D"(words[0]), "S"(words[1]), "d"(words[2]), [fourth] "rm"(words[3]), [fifth] "rm"(words[4])
      : "rcx", "r8", "r10", "r11", "memory");
  return result;
#else
  long const result = syscall(number, words[0], words[1], words[2], words[3], words[4]);
  return result < 0 ? -errno : result;
#endif
}

// What the kernel answers; below 0: an error number, negated.
template <class... Arguments>
long kernel_call(long number, Arguments... arguments) {
  [[maybe_unused]] auto const word = [](auto value) {
    if constexpr (std::is_pointer_v<decltype(value)>)
      return reinterpret_cast<long>(value);
    else
      return static_cast<long>(value);
  };
  return call_kernel(number, KernelWords{word(arguments)...});
}

}  // namespace decapod::cli
