-- Context capsules. A row is never changed: `document` says everything, and the hash of it is what the capsule is.

CREATE TABLE capsule_capsule (
  number    INTEGER PRIMARY KEY,                             -- in the order of issue
  id        TEXT NOT NULL UNIQUE,                            -- 'c-' and 16 hex digits of the hash
  hash      BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  document  TEXT NOT NULL,                                   -- canonical JSON (record/)
  -- What lists show and filter by; a gate holds it against the document.
  topic     TEXT NOT NULL,
  scope     TEXT NOT NULL,
  task      TEXT NOT NULL,
  workunit  TEXT,
  tier      TEXT NOT NULL,
  policy    TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  excerpts  INTEGER NOT NULL CHECK (excerpts >= 0),
  -- Of the request that first made it; the trail has all of them.
  issued_at INTEGER NOT NULL,
  issued_by TEXT NOT NULL
) STRICT;

CREATE INDEX capsule_of_task ON capsule_capsule (task, number);
CREATE INDEX capsule_of_workunit ON capsule_capsule (workunit, number) WHERE workunit IS NOT NULL;
CREATE INDEX capsule_of_scope ON capsule_capsule (scope, number);
