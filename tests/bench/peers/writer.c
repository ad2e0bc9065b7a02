/* One of N long-lived writers: the store stays open, statements stay prepared.
 *   writer STORE ID COUNT
 * Prints "ready", waits for a byte on standard input, then updates item ID that many times, each time in a transaction
 * with a ledger row and an audit row. A lock that outlasts the busy timeout is counted, and the update done again.
 * In the end: "locks N", "peak KIB" of resident memory, then the moment of each completion, CLOCK_MONOTONIC
 * nanoseconds, one a line: the first of these is the moment of the start. */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Not from getrusage, which begins with the peak of the process that this one was made from. */
static long peak_kib(void) {
  FILE* const status = fopen("/proc/self/status", "r");
  char line[256];
  long peak = 0;
  while (status != NULL && fgets(line, sizeof line, status) != NULL && sscanf(line, "VmHWM: %ld", &peak) != 1) {
  }
  if (status != NULL) fclose(status);
  return peak;
}

int main(int argc, char** argv) {
  if (argc != 4) return PEER_USAGE;
  sqlite3* const store = peer_open(argv[1], PEER_CHECKPOINT_ON_CLOSE);
  peer_run(store, PEER_LEDGER_AND_AUDIT, "show", argv[2], NULL);
  long const count = atol(argv[3]);
  long long* const moments = calloc((size_t)count + 1, sizeof *moments);
  if (moments == NULL) return PEER_FAILED;
  char go;
  printf("ready\n");
  fflush(stdout);
  if (read(0, &go, 1) != 1) return PEER_FAILED;
  long locks = 0;
  moments[0] = now_ns();
  for (long i = 1; i <= count; ++i) {
    while (!peer_run(store, PEER_LEDGER_AND_AUDIT, "update", argv[2], NULL)) ++locks;
    moments[i] = now_ns();
  }
  printf("locks %ld\npeak %ld\n", locks, peak_kib());
  for (long i = 0; i <= count; ++i) printf("%lld\n", moments[i]);
  free(moments);
  peer_close(store);
  return 0;
}
