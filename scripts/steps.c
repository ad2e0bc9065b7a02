/* Runs a program instruction by instruction, on the processor itself, and prints where it was: every sixteen bytes of
 * its code once, as hexadecimal addresses, in the order in which it came there. What it starts runs on its own. For
 * programs that lie where they were linked to, on Linux and x86-64.
 *   steps FILE PROGRAM [ARGUMENT...] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kBlock = 16, kCodeMost = 64 << 20 };

static unsigned char seen[kCodeMost / kBlock];

static int fail(char const* what) {
  perror(what);
  return 1;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: steps FILE PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  FILE* const list = fopen(argv[1], "we");
  if (list == NULL) return fail(argv[1]);
  pid_t const child = fork();
  if (child < 0) return fail("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(126);
    execv(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  for (int signal_for_it = 0;;) {
    if (waitpid(child, &status, 0) < 0) return fail("waitpid");
    if (!WIFSTOPPED(status)) break;
    signal_for_it = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, child, NULL, &registers) != 0) return fail("PTRACE_GETREGS");
    unsigned long const at = registers.rip;
    if (at < kCodeMost && !seen[at / kBlock]) {
      seen[at / kBlock] = 1;
      fprintf(list, "%08lx\n", at);
    }
    if (ptrace(PTRACE_SINGLESTEP, child, NULL, (void*)(long)signal_for_it) != 0) return fail("PTRACE_SINGLESTEP");
  }
  if (ferror(list) != 0 || fclose(list) != 0) return fail(argv[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
