// sandbox_exec MODE PROGRAM ARGUMENT...: runs a program under the socket rules of an agent sandbox on Linux.
//   codex    socket() works; connect, bind, listen, accept, send*, recvmsg and the like answer EPERM
//   claude   socket(AF_UNIX) answers EPERM
//   refused-family  socket(AF_UNIX) answers EAFNOSUPPORT
// Descriptors that the program inherits keep working for read and write, as in the real ones.

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

using Filter = std::vector<sock_filter>;

constexpr sock_filter statement(unsigned code, unsigned value) {
  return {static_cast<unsigned short>(code), 0, 0, value};
}
constexpr sock_filter jump_if_equal(unsigned value, unsigned char otherwise_skip) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, otherwise_skip, value};
}

Filter prologue() {
  return {
    statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
#if defined(__x86_64__)
        jump_if_equal(AUDIT_ARCH_X86_64, 0),
#elif defined(__aarch64__)
        jump_if_equal(AUDIT_ARCH_AARCH64, 0),
#endif
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))
  };
}

void refuse_call(Filter& filter, unsigned number, unsigned error) {
  filter.push_back(jump_if_equal(number, 1));
  filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

void refuse_unix_sockets(Filter& filter, unsigned error) {
  filter.push_back(jump_if_equal(SYS_socket, 4));
  filter.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)));
  filter.push_back(jump_if_equal(AF_UNIX, 1));
  filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
  filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

bool build(std::string_view mode, Filter& filter) {
  if (mode == "codex") {
    for (auto const call :
         {SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_sendmmsg,
          SYS_recvmsg, SYS_recvmmsg, SYS_shutdown, SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt}) {
      refuse_call(filter, static_cast<unsigned>(call), EPERM);
    }
    return true;
  }
  if (mode == "claude")
    refuse_unix_sockets(filter, EPERM);
  else if (mode == "refused-family")
    refuse_unix_sockets(filter, EAFNOSUPPORT);
  else
    return false;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  auto filter = prologue();
  if (argc < 3 || !build(argv[1], filter)) {
    std::fprintf(stderr, "usage: sandbox_exec codex|claude|refused-family PROGRAM ARGUMENT...\n");
    return 2;
  }
  filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog const program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::perror("sandbox_exec: seccomp");
    return 125;
  }
  execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 127;
}
