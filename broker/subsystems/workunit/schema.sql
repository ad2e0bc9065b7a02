-- Work units. The bodies are canonical JSON (include/decapod/workunit/record.h); the columns beside them are what is
-- looked for, and a gate holds them against the bodies.

CREATE TABLE workunit_unit (
  number INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE COLLATE NOCASE,   -- the task's
  state  TEXT NOT NULL CHECK (state IN ('draft', 'executing', 'claimed', 'verified')),
  body   TEXT NOT NULL                          -- Unit
) STRICT;
CREATE INDEX workunit_unit_state ON workunit_unit (state, id);

-- Never changed and never removed: a proof that turned out to be wrong is answered by another one.
CREATE TABLE workunit_proof (
  number  INTEGER PRIMARY KEY,                  -- in the order of their commits
  unit    INTEGER NOT NULL REFERENCES workunit_unit (number),
  id      TEXT NOT NULL UNIQUE,                 -- hex: SHA-256 over the body without it
  gate    TEXT NOT NULL,
  level   TEXT NOT NULL CHECK (level IN ('asserted', 'observed', 'reproduced')),
  outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed')),
  tree    TEXT NOT NULL,                        -- hex
  command TEXT NOT NULL,                        -- hex: SHA-256 over the command
  body    TEXT NOT NULL                         -- Proof
) STRICT;
CREATE INDEX workunit_proof_unit ON workunit_proof (unit, number);
CREATE INDEX workunit_proof_newest ON workunit_proof (unit, gate, level, tree, command, number);
CREATE INDEX workunit_proof_outcome ON workunit_proof (unit, gate, outcome, number);
