#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(sqlite3* store, char const* what) {
  fprintf(stderr, "peer: %s: %s\n", what, sqlite3_errmsg(store));
  exit(PEER_FAILED);
}

void peer_execute(sqlite3* store, char const* sql) {
  int const code = sqlite3_exec(store, sql, NULL, NULL, NULL);
  if (code == SQLITE_BUSY) exit(PEER_LOCKED);
  if (code != SQLITE_OK) fail(store, sql);
}

sqlite3* peer_open(char const* path, enum peer_close close) {
  sqlite3* store = NULL;
  int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path, &store, flags, NULL) != SQLITE_OK) fail(store, path);
  sqlite3_busy_timeout(store, 5000);
  if (close == PEER_KEEP_WAL) sqlite3_db_config(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  peer_execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  return store;
}

void peer_close(sqlite3* store) {
  sqlite3_stmt* statement = NULL;
  while ((statement = sqlite3_next_stmt(store, NULL)) != NULL) sqlite3_finalize(statement);
  if (sqlite3_close(store) != SQLITE_OK) fail(store, "close");
}

/* Prepared at its first use and kept. */
static sqlite3_stmt* prepared(sqlite3* store, char const* sql) {
  static struct {
    char const* sql;
    sqlite3_stmt* statement;
  } known[16];
  size_t i = 0;
  for (; i < 16 && known[i].sql != NULL; ++i)
    if (known[i].sql == sql) return known[i].statement;
  if (i == 16) exit(PEER_FAILED);
  if (sqlite3_prepare_v2(store, sql, -1, &known[i].statement, NULL) != SQLITE_OK) {
    if (sqlite3_errcode(store) == SQLITE_BUSY) return NULL;
    fail(store, sql);
  }
  known[i].sql = sql;
  return known[i].statement;
}

/* SQLITE_ROW, SQLITE_DONE or SQLITE_BUSY. */
static int step(sqlite3* store, sqlite3_stmt* statement) {
  int const code = statement == NULL ? SQLITE_BUSY : sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE && code != SQLITE_BUSY) fail(store, "step");
  return code;
}

static int run(sqlite3* store, char const* sql) {
  sqlite3_stmt* const statement = prepared(store, sql);
  int const code = step(store, statement);
  if (statement != NULL) sqlite3_reset(statement);
  return code != SQLITE_BUSY;
}

static sqlite3_int64 wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (sqlite3_int64)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static char const insert[] =
    "INSERT INTO item (title, status, priority, created, updated) VALUES (?1, 'open', 2, ?3, ?3) RETURNING id";
static char const update[] =
    "UPDATE item SET priority = (priority + 1) % 5, updates = updates + 1, updated = ?3 WHERE id = ?1 RETURNING id";
static char const done[] = "UPDATE item SET status = 'done', updated = ?3 WHERE id = ?1 AND status <> 'done' RETURNING id";
static char const claim[] =
    "UPDATE item SET status = 'claimed', holder = ?2, updated = ?3 WHERE id = ?1 AND status = 'open' RETURNING id";
static char const next[] =
    "UPDATE item SET status = 'claimed', holder = ?1, updated = ?3 WHERE id = (SELECT id FROM item"
    " WHERE status = 'open' ORDER BY priority, id LIMIT 1) RETURNING id";
static char const show[] = "SELECT id, title, status, priority, holder, updates, created, updated FROM item WHERE id = ?1";

static char const* sql_of(char const* operation) {
  static struct {
    char const* name;
    char const* sql;
  } const operations[] = {{"add", insert}, {"update", update}, {"done", done},
                          {"claim", claim}, {"next", next},     {"show", show}};
  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; ++i)
    if (strcmp(operations[i].name, operation) == 0) return operations[i].sql;
  fprintf(stderr, "peer: no operation '%s'\n", operation);
  exit(PEER_USAGE);
}

/* 1: did it and printed what came back; 0: nothing there; -1: locked. */
static int apply(sqlite3* store, char const* sql, char const* first, char const* second, FILE* out) {
  sqlite3_stmt* const statement = prepared(store, sql);
  if (statement == NULL) return -1;
  if (first != NULL) sqlite3_bind_text(statement, 1, first, -1, SQLITE_STATIC);
  if (second != NULL) sqlite3_bind_text(statement, 2, second, -1, SQLITE_STATIC);
  if (sql != show) sqlite3_bind_int64(statement, 3, wall_ms());
  int result = 0;
  int code;
  while ((code = step(store, statement)) == SQLITE_ROW) {
    result = 1;
    for (int i = 0; out != NULL && i < sqlite3_column_count(statement); ++i) {
      char const* const text = (char const*)sqlite3_column_text(statement, i);
      fprintf(out, "%s%s", i == 0 ? "" : "|", text == NULL ? "" : text);
    }
    if (out != NULL) fputc('\n', out);
  }
  sqlite3_reset(statement);
  return code == SQLITE_BUSY ? -1 : result;
}

/* As many bytes as decapod writes beside a change: a digest and a reply, and a record with its hash. The hash itself is
 * not computed: that is in the peer's favour. */
static int keep_record(sqlite3* store) {
  static char body[560];
  static char reply[330];
  if (body[0] == '\0') {
    memset(body, 'a', sizeof body - 1);
    memset(reply, 'r', sizeof reply - 1);
  }
  sqlite3_stmt* const ledger =
      prepared(store, "INSERT INTO ledger (key, digest, reply) VALUES (lower(hex(randomblob(16))), randomblob(32), ?1)");
  if (ledger == NULL) return 0;
  sqlite3_bind_text(ledger, 1, reply, -1, SQLITE_STATIC);
  int const kept = step(store, ledger) != SQLITE_BUSY;
  sqlite3_reset(ledger);
  if (!kept) return 0;
  sqlite3_stmt* const audit = prepared(store, "INSERT INTO audit (body, hash) VALUES (?1, randomblob(32))");
  if (audit == NULL) return 0;
  sqlite3_bind_text(audit, 1, body, -1, SQLITE_STATIC);
  int const recorded = step(store, audit) != SQLITE_BUSY;
  sqlite3_reset(audit);
  return recorded;
}

static int back_out(sqlite3* store) {
  if (!sqlite3_get_autocommit(store)) run(store, "ROLLBACK");
  return 0;
}

int peer_run(sqlite3* store, enum peer_record record, char const* operation, char const* first, char const* second) {
  char const* const sql = sql_of(operation);
  FILE* const out = record == PEER_EFFECT_ONLY ? stdout : NULL;
  if (sql == show) {
    int const shown = apply(store, sql, first, second, out);
    if (shown == 0) exit(PEER_NOTHING);
    return shown > 0;
  }
  if (!run(store, "BEGIN IMMEDIATE")) return 0;
  int const applied = apply(store, sql, first, second, out);
  if (applied == 0) {
    back_out(store);
    exit(PEER_NOTHING);
  }
  if (applied < 0) return back_out(store);
  if (record == PEER_LEDGER_AND_AUDIT && !keep_record(store)) return back_out(store);
  if (!run(store, "COMMIT")) return back_out(store);
  return 1;
}
