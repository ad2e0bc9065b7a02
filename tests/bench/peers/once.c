/* Opens the store, does one thing, closes it: what a shell command that opens SQLite itself amounts to.
 *   once [--keep-wal] [--leaves PROGRAM] STORE OPERATION [FIRST [SECOND]]
 *        --leaves: at the end, starts a program and does not wait for it
 *   once STORE make ITEMS      a new store
 *   once STORE count           items|updates|claimed|done|ledger|audit, for whoever checks the effects */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void make(sqlite3* store, char const* items) {
  peer_execute(store,
               "BEGIN;"
               "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, status TEXT NOT NULL,"
               " priority INTEGER NOT NULL, holder TEXT, updates INTEGER NOT NULL DEFAULT 0, created INTEGER,"
               " updated INTEGER);"
               "CREATE INDEX item_open ON item (priority, id) WHERE status = 'open';"
               "CREATE TABLE ledger (key TEXT PRIMARY KEY, digest BLOB NOT NULL, reply TEXT) WITHOUT ROWID;"
               "CREATE TABLE audit (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL);");
  char* const fill = sqlite3_mprintf(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO item (title, status, priority, created, updated)"
      " SELECT 'item number ' || i, 'open', 2, 0, 0 FROM n WHERE i <= %d; COMMIT",
      atoi(items), atoi(items));
  peer_execute(store, fill);
  sqlite3_free(fill);
}

static void count(sqlite3* store) {
  sqlite3_stmt* statement = NULL;
  sqlite3_prepare_v2(store,
                     "SELECT count(*), coalesce(sum(updates), 0), count(*) FILTER (WHERE status = 'claimed'),"
                     " count(*) FILTER (WHERE status = 'done'), (SELECT count(*) FROM ledger),"
                     " (SELECT count(*) FROM audit) FROM item",
                     -1, &statement, NULL);
  if (sqlite3_step(statement) != SQLITE_ROW) exit(PEER_FAILED);
  for (int i = 0; i < 6; ++i) printf("%s%s", i == 0 ? "" : "|", (char const*)sqlite3_column_text(statement, i));
  printf("\n");
  sqlite3_finalize(statement);
}

static void leave(char* program) {
  char* const words[] = {program, NULL};
  pid_t const child = vfork();
  if (child == 0) {
    execv(program, words);
    _exit(127);
  }
  if (child < 0) exit(PEER_FAILED);
}

int main(int argc, char** argv) {
  enum peer_close mode = PEER_CHECKPOINT_ON_CLOSE;
  char* left = NULL;
  int at = 1;
  if (argc > at && strcmp(argv[at], "--keep-wal") == 0) {
    mode = PEER_KEEP_WAL;
    ++at;
  }
  if (argc > at + 1 && strcmp(argv[at], "--leaves") == 0) {
    left = argv[at + 1];
    at += 2;
  }
  if (argc < at + 2) return PEER_USAGE;
  sqlite3* const store = peer_open(argv[at], mode);
  char const* const operation = argv[at + 1];
  char const* const first = argc > at + 2 ? argv[at + 2] : NULL;
  char const* const second = argc > at + 3 ? argv[at + 3] : NULL;
  int ok = 1;
  if (strcmp(operation, "make") == 0)
    make(store, first);
  else if (strcmp(operation, "count") == 0)
    count(store);
  else
    ok = peer_run(store, PEER_EFFECT_ONLY, operation, first, second);
  peer_close(store);
  if (left != NULL) leave(left);
  return ok ? 0 : PEER_LOCKED;
}
