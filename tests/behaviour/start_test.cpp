// What happens between the kernel's start of a command and its main(): cli/link/start.c. Each instruction is one step
// of the kernel's debugger here, so that those are seen which leave a virtual machine.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

using namespace decapod::test;

namespace {

struct Counted {
  long instructions = 0;
  long questions = 0;  // to the processor: `cpuid`
  int status = -1;
};

[[noreturn]] void become(std::vector<char*> const& argv) {
  std::array<char*, 1> environment{nullptr};
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  if (freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
  execve(argv[0], argv.data(), environment.data());
  _exit(127);
}

bool asks(pid_t child) {
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, child, nullptr, &registers) != 0) return false;
  std::array<unsigned char, 2> code{};
  iovec const here{.iov_base = code.data(), .iov_len = code.size()};
  iovec const there{.iov_base = reinterpret_cast<void*>(registers.rip), .iov_len = code.size()};
  return process_vm_readv(child, &here, 1, &there, 1, 0) == 2 && code[0] == 0x0f && code[1] == 0xa2;
}

Counted step_through(Arguments arguments) {
  std::vector<char*> argv;
  for (auto& word : arguments) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t const child = fork();
  if (child == 0) become(argv);
  Counted counted;
  for (int status = 0; waitpid(child, &status, 0) == child;) {
    if (WIFEXITED(status)) {
      counted.status = WEXITSTATUS(status);
      break;
    }
    ++counted.instructions;
    if (asks(child)) ++counted.questions;
    if (ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) break;
  }
  return counted;
}

}  // namespace

TEST_CASE("a command begins and ends without asking what the processor can do") {
  auto const counted = step_through({binary(), "version"});
  CHECK(counted.status == 0);
  CHECK(counted.instructions > 10'000);
  CHECK(counted.questions == 0);
}

TEST_CASE("the questions of a program that the C library starts are seen") {
  auto const counted = step_through({"/bin/true"});
  CHECK(counted.status == 0);
  CHECK(counted.questions > 5);
}
