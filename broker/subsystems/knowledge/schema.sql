-- What is known. Times are milliseconds since 1970-01-01T00:00:00Z. Nothing here is ever deleted, and what an entry
-- says never changes: only what became of it is filled in.

CREATE TABLE knowledge_counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL   -- the last one that was given out
) STRICT, WITHOUT ROWID;
INSERT INTO knowledge_counter VALUES ('id', 0);

CREATE TABLE knowledge_entry (
  number            INTEGER PRIMARY KEY,                  -- internal, in the order of making; other tables refer to it
  id                TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- 'k-4k2m'
  title             TEXT NOT NULL,
  kind              TEXT NOT NULL,                        -- EntryKind
  digest            BLOB NOT NULL CHECK (length(digest) = 32),  -- of title, kind, body and provenance
  created_at        INTEGER NOT NULL,
  created_by        TEXT NOT NULL,
  successor         INTEGER REFERENCES knowledge_entry (number),
  superseded_at     INTEGER,
  superseded_by     TEXT,                                 -- an actor
  supersede_reason  TEXT,
  expires_at        INTEGER,
  expired_at        INTEGER,                              -- when that was said
  expired_by        TEXT,
  expire_reason     TEXT,
  promoted_at       INTEGER,                              -- not NULL: the entry is procedural
  promoted_by       TEXT,
  promote_reason    TEXT,
  promotion         TEXT,                                 -- the id of its record
  promoted_epoch    INTEGER,                              -- the marker of the commit that promoted it
  promoted_seq      INTEGER,
  CHECK (successor IS NOT number),
  CHECK ((successor IS NULL) = (superseded_at IS NULL)),
  CHECK ((successor IS NULL) = (superseded_by IS NULL)),
  CHECK ((successor IS NULL) = (supersede_reason IS NULL)),
  CHECK ((expires_at IS NULL) = (expired_at IS NULL)),
  CHECK ((expires_at IS NULL) = (expired_by IS NULL)),
  CHECK ((expires_at IS NULL) = (expire_reason IS NULL)),
  CHECK ((promoted_at IS NULL) = (promoted_by IS NULL)),
  CHECK ((promoted_at IS NULL) = (promote_reason IS NULL)),
  CHECK ((promoted_at IS NULL) = (promotion IS NULL)),
  CHECK ((promoted_at IS NULL) = (promoted_epoch IS NULL)),
  CHECK ((promoted_at IS NULL) = (promoted_seq IS NULL))
) STRICT;
CREATE INDEX knowledge_entry_successor ON knowledge_entry (successor, number) WHERE successor IS NOT NULL;
-- What is to be followed is little, and asked for often.
CREATE INDEX knowledge_entry_procedural ON knowledge_entry (number) WHERE promoted_at IS NOT NULL;
CREATE INDEX knowledge_entry_expiry ON knowledge_entry (expires_at) WHERE expires_at IS NOT NULL AND successor IS NULL;

-- Apart from the entry, so that lists do not move long texts.
CREATE TABLE knowledge_body (
  entry INTEGER PRIMARY KEY REFERENCES knowledge_entry (number),
  body  TEXT NOT NULL
) STRICT;

CREATE TABLE knowledge_source (
  number     INTEGER PRIMARY KEY,
  entry      INTEGER NOT NULL REFERENCES knowledge_entry (number),
  kind       TEXT NOT NULL,   -- SourceKind
  value      TEXT NOT NULL,
  first_line INTEGER,         -- NULL: the whole file
  last_line  INTEGER,
  sha256     BLOB,            -- of the lines' bytes; of files, and of nothing else
  CHECK ((kind = 'file') = (sha256 IS NOT NULL)),
  CHECK (kind = 'file' OR first_line IS NULL),
  CHECK ((first_line IS NULL) = (last_line IS NULL)),
  CHECK (first_line IS NULL OR first_line BETWEEN 1 AND last_line),
  CHECK (sha256 IS NULL OR length(sha256) = 32)
) STRICT;
CREATE INDEX knowledge_source_entry ON knowledge_source (entry, number);
CREATE INDEX knowledge_source_file ON knowledge_source (value, entry) WHERE kind = 'file';

-- One document an entry, rowid = its number. A word of a title counts most.
CREATE VIRTUAL TABLE knowledge_search USING fts5 (title, body, sources, tokenize = 'unicode61');
INSERT INTO knowledge_search (knowledge_search, rank) VALUES ('rank', 'bm25(8.0, 1.0, 4.0)');
-- Parts are merged when it is quiet (lookup/search.h): an add does not pay for those before it.
INSERT INTO knowledge_search (knowledge_search, rank) VALUES ('automerge', 0), ('crisismerge', 256), ('usermerge', 8);
