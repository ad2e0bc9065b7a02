/* How much memory a program takes at most.
 *   weigh PROGRAM [ARGUMENT...]
 * Runs it without its output, and prints its resident peak in KiB. Ends as it ended; 125 if it did not run or was
 * killed. A process begins with the peak of the one that it was made from, so who asks must be small itself. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define DID_NOT_RUN 125

int main(int argc, char** argv) {
  if (argc < 2) return DID_NOT_RUN;
  int const nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  pid_t const child = nowhere < 0 ? -1 : vfork();
  if (child == 0) {
    if (dup2(nowhere, 1) == 1) execv(argv[1], argv + 1);
    _exit(DID_NOT_RUN);
  }
  int status = 0;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child || !WIFEXITED(status)) return DID_NOT_RUN;
  printf("%ld\n", used.ru_maxrss);
  return WEXITSTATUS(status);
}
