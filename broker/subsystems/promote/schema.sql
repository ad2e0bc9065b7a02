-- Promotions. A row is never changed: `lineage` says everything, and the digest of it is what was promoted.

CREATE TABLE promote_promotion (
  number   INTEGER PRIMARY KEY,                             -- in the order of their commits
  id       TEXT NOT NULL UNIQUE,                            -- 'p-' and 16 hex digits of the digest
  digest   BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  lineage  TEXT NOT NULL,                                   -- canonical JSON (lineage/)
  -- What lists show and filter by; a gate holds it against the lineage.
  kind     TEXT NOT NULL,
  revision TEXT NOT NULL,
  marker   TEXT NOT NULL
) STRICT;
CREATE INDEX promote_promotion_kind ON promote_promotion (kind, number);

-- The units of each.
CREATE TABLE promote_unit (
  unit      TEXT NOT NULL,
  promotion INTEGER NOT NULL REFERENCES promote_promotion (number),
  PRIMARY KEY (unit, promotion)
) STRICT, WITHOUT ROWID;

-- The operator's signature over a lineage and its record: one at most.
CREATE TABLE promote_seal (
  promotion INTEGER PRIMARY KEY REFERENCES promote_promotion (number),
  statement TEXT NOT NULL,
  signature TEXT NOT NULL,
  marker    TEXT NOT NULL
) STRICT;
