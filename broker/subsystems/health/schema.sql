-- Claims and their proofs. Times are milliseconds since 1970-01-01T00:00:00Z. Nothing here is ever deleted; where a
-- claim stands is computed.

CREATE TABLE health_counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL   -- the last one that was given out
) STRICT, WITHOUT ROWID;
INSERT INTO health_counter VALUES ('id', 0);

CREATE TABLE health_claim (
  number         INTEGER PRIMARY KEY,                  -- internal, in the order of making
  id             TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- 'h-4k2m'
  subject        TEXT NOT NULL,
  statement      TEXT NOT NULL,
  surface        TEXT NOT NULL,
  fresh_for      INTEGER NOT NULL CHECK (fresh_for > 0),
  actor          TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  retracted_at   INTEGER,
  retract_reason TEXT,
  counts_as      TEXT,  -- of a retracted one: what it counts as for its actor from then on
  CHECK ((retracted_at IS NULL) = (retract_reason IS NULL)),
  CHECK ((retracted_at IS NULL) = (counts_as IS NULL))
) STRICT;
-- Nobody claims the same thing twice at a time.
CREATE UNIQUE INDEX health_claim_live ON health_claim (actor, subject, statement, surface) WHERE retracted_at IS NULL;
CREATE INDEX health_claim_actor ON health_claim (actor, number);
CREATE INDEX health_claim_counts ON health_claim (actor, counts_as) WHERE retracted_at IS NOT NULL;

CREATE TABLE health_proof (
  number        INTEGER PRIMARY KEY,  -- in the order of recording
  claim         INTEGER NOT NULL REFERENCES health_claim (number),
  at            INTEGER NOT NULL,
  actor         TEXT NOT NULL,
  surface       TEXT NOT NULL,
  result        TEXT NOT NULL CHECK (result IN ('pass', 'fail')),
  fresh_for     INTEGER NOT NULL CHECK (fresh_for > 0),
  vouched       INTEGER NOT NULL CHECK (vouched IN (0, 1)),  -- whoever recorded it had a token of the operator's
  command       TEXT,
  exit_code     INTEGER,
  output_sha256 BLOB CHECK (output_sha256 IS NULL OR length(output_sha256) = 32),
  commit_hash   TEXT,
  latest        INTEGER NOT NULL CHECK (latest IN (0, 1)),  -- 1: of this claim on this surface; a gate checks that
  latest_own    INTEGER NOT NULL CHECK (latest_own IN (0, 1)),  -- the same among those of the claim's own actor
  CHECK (exit_code IS NULL OR (command IS NOT NULL AND (exit_code = 0) = (result = 'pass'))),
  CHECK (command IS NOT NULL OR commit_hash IS NOT NULL)
) STRICT;
CREATE INDEX health_proof_claim ON health_proof (claim, number);
CREATE UNIQUE INDEX health_proof_latest ON health_proof (claim, surface) WHERE latest = 1;
CREATE UNIQUE INDEX health_proof_latest_own ON health_proof (claim, surface) WHERE latest_own = 1;
