-- What the operator has signed. Every row keeps the statement to the byte, with its signature: the other columns only
-- help to find it, and a gate holds them against it. Times are milliseconds since 1970-01-01T00:00:00Z.

-- The operator's keys. Number 1 is signed by itself, each other one by the one before.
CREATE TABLE policy_key (
  number    INTEGER PRIMARY KEY CHECK (number > 0),
  key       TEXT NOT NULL UNIQUE,                       -- hex, the public part
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

-- The policy in force is the one with the highest sequence.
CREATE TABLE policy_activation (
  sequence  INTEGER PRIMARY KEY CHECK (sequence > 0),
  id        BLOB NOT NULL CHECK (length(id) = 32),      -- SHA-256 of the statement
  hash      BLOB NOT NULL CHECK (length(hash) = 32),    -- of the document
  document  TEXT NOT NULL,                              -- canonical JSON
  key       INTEGER NOT NULL REFERENCES policy_key (number),
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_approval (
  number    INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,                       -- 'ap-' and the first 16 digits of the statement's SHA-256
  operation TEXT NOT NULL,
  digest    TEXT NOT NULL,                              -- hex, of what may be asked
  key       INTEGER NOT NULL REFERENCES policy_key (number),
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX policy_approval_for ON policy_approval (operation, digest);

-- One row each time that an approval let a request in.
CREATE TABLE policy_use (
  approval   TEXT NOT NULL REFERENCES policy_approval (id),
  number     INTEGER NOT NULL CHECK (number > 0),       -- 1, 2, 3, ... up to what was granted
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  request_id TEXT NOT NULL,
  PRIMARY KEY (approval, number)
) STRICT, WITHOUT ROWID;

-- Trust tokens; what their bearers show is nowhere here.
CREATE TABLE policy_token (
  number    INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,                       -- 'tr-' and the first 16 digits of the statement's SHA-256
  key       INTEGER NOT NULL REFERENCES policy_key (number),
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_revocation (
  id        TEXT PRIMARY KEY,                           -- of an approval or a token
  key       INTEGER NOT NULL REFERENCES policy_key (number),
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
