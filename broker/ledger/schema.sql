-- Facts about the store: store_uuid, generation, epoch.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per idempotency key. A row with status COMMITTED is the authoritative sign that its effect is in the store.
CREATE TABLE ledger (
  key        TEXT PRIMARY KEY,   -- the idempotency key
  digest     BLOB NOT NULL,      -- SHA-256 of operation, arguments and actor
  status     TEXT NOT NULL CHECK (status IN ('COMMITTED', 'NOT_COMMITTED')),
  epoch      INTEGER,            -- the marker; NULL for a refusal
  commit_seq INTEGER,
  request_id TEXT NOT NULL,
  operation  TEXT NOT NULL,
  actor      TEXT NOT NULL,
  at         INTEGER NOT NULL,   -- milliseconds since 1970
  reply      TEXT                -- the whole reply; NULL once retention has dropped it
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_refusals ON ledger (at) WHERE status = 'NOT_COMMITTED';

-- The chain of mutations: one record per committed request, so sequence = commit_seq. Never pruned.
CREATE TABLE audit_mutation (
  sequence INTEGER PRIMARY KEY,
  body     TEXT NOT NULL,        -- canonical bytes
  hash     BLOB NOT NULL
) STRICT;

-- The chain of reads, refusals, replays and dry runs.
CREATE TABLE audit_read (
  sequence INTEGER PRIMARY KEY,
  body     TEXT NOT NULL,
  hash     BLOB NOT NULL
) STRICT;

-- Which mutations a question is about: "op:todo.claim", "key:todo/item/t-4k2m"; or in which stretches of the chain they
-- are: "actor:alice", "db:todo" (stretches.sql).
CREATE TABLE audit_index (
  term     TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (term, sequence)
) STRICT, WITHOUT ROWID;
