#pragma once
/* The peers' store: what a careful program that opens SQLite itself would do. Every function exits with a message when
 * SQLite fails for another reason than a lock; a lock that outlasts the busy timeout is exit status 75 (or a return
 * value of 0 where the caller counts it). */

#include <sqlite3.h>

enum peer_exit { PEER_NOTHING = 3, PEER_FAILED = 1, PEER_USAGE = 2, PEER_LOCKED = 75 };

enum peer_close {
  PEER_CHECKPOINT_ON_CLOSE, /* as SQLite comes: the last to close folds the WAL in and removes it */
  PEER_KEEP_WAL             /* the WAL stays, and every 1000 pages whoever commits folds it in */
};

enum peer_record {
  PEER_EFFECT_ONLY,     /* the change alone */
  PEER_LEDGER_AND_AUDIT /* and a ledger row and a chained audit row beside it, as large as decapod's */
};

/* WAL, synchronous FULL, busy timeout 5 s. */
sqlite3* peer_open(char const* path, enum peer_close close);

/* Whatever peer_run() prepared ends first: SQLite defers the end of a connection that still has a statement, and with
 * it the fold and the removal of the WAL, until the process is gone. */
void peer_close(sqlite3* store);

/* One operation in a transaction of its own (BEGIN IMMEDIATE); statements are prepared once a process.
 *   add TITLE | update ID | done ID | next HOLDER | claim ID HOLDER | show ID
 * 1: it is done. 0: the store stayed locked for longer than the busy timeout, and nothing was done. Exits with
 * PEER_NOTHING if there is nothing to show or to take. */
int peer_run(sqlite3* store, enum peer_record record, char const* operation, char const* first, char const* second);

void peer_execute(sqlite3* store, char const* sql);
